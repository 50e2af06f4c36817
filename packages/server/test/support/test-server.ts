/**
 * A whole server on free ports, with its database and files in a folder of its own and real HTTP; only the edge
 * (broker, devices) is a stand-in, which keeps what was published where a test can look.
 */
import { cpSync, rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@fleetward/shared'
import { pino } from 'pino'
import type { BodyTime } from '../../src/http/body-time.ts'
import type { EdgeNeeds, StartEdge } from '../../src/ports.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { parseSettings } from '../../src/settings.ts'
import { assertAudited } from './audited.ts'
import { Desk, type DeskFile, type DeskRelease, file, filesOf, OPEN_GATE, PRODUCT } from './desk.ts'
import type { Ending } from './edge-under-test.ts'
import { databaseSettings } from './server-database.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly body: any
}

interface StartOptions {
  /** The real one, where a test needs its routes. */
  readonly startEdge?: StartEdge
  /** Where its clock begins, for whoever has others whose clock is the real one. */
  readonly at?: Date
  /** Whoever tries bodies that are too slow does not wait for a minute. */
  readonly bodyTime?: BodyTime
}

/** Counted from the server's clock: some tests begin at the real time, in any year. */
const METADATA_LIFETIME_MS = 345 * 86_400_000

export class TestServer {
  readonly folder: string
  readonly clock = { at: new Date(Date.UTC(2026, 10, 21)), now: () => this.clock.at }
  /** Every token the broker was given, in order. */
  readonly published: { topic: string; token: string }[] = []
  brokerIsAway = false
  edge: EdgeNeeds | undefined
  running: RunningServer | undefined
  readonly #settings: object
  #realEdge: StartEdge | undefined
  #bodyTime: BodyTime | undefined
  #token = ''

  private constructor(folder: string, settings: object) {
    this.folder = folder
    this.#settings = settings
  }

  static async start(
    t: Ending,
    settings: object = {},
    more: StartOptions = {},
  ): Promise<TestServer> {
    return TestServer.on(t, async () => {}, settings, more)
  }

  /** On a folder that `prepare` has filled. */
  static async on(
    t: Ending,
    prepare: (folder: string) => Promise<void>,
    settings: object = {},
    { startEdge, at, bodyTime }: StartOptions = {},
  ): Promise<TestServer> {
    const server = new TestServer(await mkdtemp(join(tmpdir(), 'fleetward-server-')), settings)
    server.#realEdge = startEdge
    server.#bodyTime = bodyTime
    if (at !== undefined) server.clock.at = at
    t.after(async () => {
      await server.stop()
      await rm(server.folder, { recursive: true, force: true })
    })
    await prepare(server.folder)
    await server.start()
    return server
  }

  /** A server on a copy of this one's folder as it is now: what a crash at this moment leaves. */
  afterCrash(t: Ending): Promise<TestServer> {
    return TestServer.on(t, async (folder) => copyOf(this.folder, folder))
  }

  async start(): Promise<void> {
    const settings = parseSettings({
      dataFolder: this.folder,
      host: ['updates.example.com'],
      listen: { public: 0, device: 0, mqtt: 0, operator: 0 },
      ...(await databaseSettings(this.folder)),
      ...this.#settings,
    })
    const log = pino({ level: 'silent' })
    this.running = await startServer(settings, {
      log,
      clock: this.clock,
      startEdge: this.#startEdge,
      ...(this.#bodyTime && { bodyTime: this.#bodyTime }),
      // What a password costs is tried where it is computed.
      hashParameters: { memoryKib: 64, passes: 1, lanes: 1 },
    })
    this.#token = (await readFile(this.running.adminTokenFile, 'utf8')).trim()
  }

  async stop(): Promise<void> {
    const running = this.running
    this.running = undefined
    await running?.stop()
  }

  /** What time brings: renewals, and what the broker did not get. */
  async tick(): Promise<void> {
    await this.running?.renew()
  }

  /** Events that happened are told to whoever is to hear of them. */
  async keepBooks(): Promise<void> {
    await this.running?.keepBooks()
  }

  async edgeSettled(): Promise<void> {
    await this.running?.settled()
  }

  /** The machine's token. */
  get token(): string {
    return this.#token
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.running?.ports.operator}${path}`
  }

  /** `path` below /api/1. Objects are sent as JSON, bytes as they are. */
  async call(
    method: string,
    path: string,
    body?: object | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const isBytes = body instanceof Uint8Array
    const type =
      isBytes && path.includes('/files/') ? 'application/octet-stream' : 'application/json'
    const response = await fetch(this.url(`/api/1${path}`), {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        // Whatever revision there is: what a test tries against it says its own.
        ...(method === 'PATCH' || method === 'DELETE' ? { 'if-match': '*' } : {}),
        ...headers,
      },
      body: body === undefined ? null : isBytes ? new Uint8Array(body) : JSON.stringify(body),
    })
    const text = await response.text()
    await assertAudited(this.edge?.database, { method, path, body }, response, text)
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }

  /** An answer that is no JSON, or that does not end. */
  raw(path: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    const authorization = `Bearer ${this.#token}`
    return fetch(this.url(`/api/1${path}`), {
      headers: { authorization, ...headers },
      ...(signal === undefined ? {} : { signal }),
    })
  }

  of(method: string, path: string, body?: object | Uint8Array): Promise<Answer> {
    return this.call(method, `/products/${PRODUCT}${path}`, body)
  }

  upload(role: string, bytes: Uint8Array): Promise<Answer> {
    return this.of('PUT', `/metadata/${role}`, bytes)
  }

  async uploadFiles(files: readonly DeskFile[]): Promise<void> {
    for (const { sha256, bytes } of files) {
      const { status, body } = await this.of('PUT', `/files/${sha256}`, bytes)
      if (status !== 200) throw new Error(`upload: ${status} ${JSON.stringify(body)}`)
    }
  }

  /** A product with a published root and trust files, ready for releases. */
  async product(
    gate: object = OPEN_GATE,
  ): Promise<{ desk: Desk; online: { timestamp: Json; snapshot: Json } }> {
    const { body } = await this.call('POST', '/products', { id: PRODUCT, gate })
    const desk = new Desk()
    desk.expires = new Date(this.clock.at.getTime() + METADATA_LIFETIME_MS)
    await this.upload('root', desk.rootMetadata(1, body.onlineKeys))
    const files = Object.entries(body.trust).map(([name, text]) =>
      file(`trust/${name}`, new TextEncoder().encode(text as string)),
    )
    await this.upload('targets', desk.targetsMetadata(1, files))
    await this.uploadFiles(files)
    return { desk, online: body.onlineKeys }
  }

  /** Publishes the releases as the next version of the role. */
  async publish(desk: Desk, version: number, releases: readonly DeskRelease[]): Promise<Answer> {
    const role = releases[0]?.kind ?? 'security'
    const bytes = desk.roleMetadata(role, version, releases)
    await this.upload(role, bytes)
    for (const release of releases) await this.uploadFiles(filesOf(release))
    return this.upload(role, bytes)
  }

  /** What a device gets under this name; undefined for 404. */
  async metadata(fileName: string): Promise<Uint8Array | undefined> {
    const bytes = await this.edge?.metadata.find(PRODUCT, fileName)
    return bytes && new Uint8Array(bytes)
  }

  readonly #startEdge: StartEdge = async (needs) => {
    this.edge = needs
    if (this.#realEdge !== undefined) return this.#realEdge(needs)
    return {
      anchors: { fleetCaPem: async () => 'fleet CA', serverCaPem: 'server CA' },
      refresh: async () => {},
      reportsWaiting: () => 0,
      serverCertificate: () => Promise.reject(new Error('the stand-in has none')),
      publisher: {
        publishRetained: async (topic, token) => {
          if (this.brokerIsAway) throw new Error('the broker is away')
          this.published.push({ topic, token })
        },
        whenBack: () => {},
      },
      broker: { health: () => ({ isReachable: !this.brokerIsAway, since: this.clock.at }) },
      letIn: () => {},
      shut: () => {},
      operatorRoutes: [],
      openApiPaths: [],
      ports: { public: 0, device: 0, mqtt: 0 },
      stop: async () => {},
    }
  }
}

/** In one go, since the server writes on: database and journal have to be of one moment. */
function copyOf(from: string, to: string): void {
  for (;;) {
    rmSync(to, { recursive: true, force: true })
    try {
      cpSync(from, to, { recursive: true })
      return
    } catch (error) {
      // A new file took the place of an old one meanwhile, and has lost its first name.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}
