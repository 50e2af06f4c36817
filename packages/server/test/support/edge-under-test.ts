/**
 * The edge on free ports with a database and folders of its own; the core (releases, metadata, manifests) is plain
 * maps that a test fills. Everything between the device and the database is real: TLS, certificates, MQTT, SQLite.
 */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@fleetward/platform'
import express, { Router } from 'express'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { machineActor } from '../../src/accounts/actor.ts'
import { EVERYWHERE, rightsOf } from '../../src/accounts/rights.ts'
import { storedFile } from '../../src/adapters/disk-artifacts.ts'
import { openDatabase, type Tables } from '../../src/adapters/sql/database.ts'
import { SqlDeviceStore } from '../../src/adapters/sql/devices/device-store.ts'
import { SqlEnrolmentStore } from '../../src/adapters/sql/devices/enrolment-store.ts'
import { ReportIngestion } from '../../src/devices/reports/report-ingestion.ts'
import { ReportKeys } from '../../src/devices/reports/report-keys.ts'
import { startEdge } from '../../src/edge.ts'
import { FleetAuthority } from '../../src/enrolment/fleet-authority.ts'
import { guard } from '../../src/http/door/guard.ts'
import { sendProblem } from '../../src/http/problem.ts'
import { SingleInstance } from '../../src/instances/single-instance.ts'
import type { ArtifactStore, Edge, PublishedFile } from '../../src/ports.ts'
import { parseSettings } from '../../src/settings.ts'
import { databaseOf } from './server-database.ts'
import { authoritiesOn, testSeal } from './test-authorities.ts'

export const PRODUCT = 'lumen-gateway-g1'
export const OTHER_PRODUCT = 'lumen-lamp-l2'

/** A test, or a suite's list of what has to be ended. */
export interface Ending {
  after(end: () => unknown): void
}

/** For edges that a whole suite shares: ends in reverse order. */
export function endings(): Ending & { endAll(): Promise<void> } {
  const ends: (() => unknown)[] = []
  return {
    after: (end) => void ends.push(end),
    endAll: async () => {
      for (const end of ends.splice(0).reverse()) await end()
    },
  }
}

export interface OperatorAnswer {
  readonly status: number
  readonly etag: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly body: any
}

export class EdgeUnderTest {
  readonly folder: string
  readonly clock = { at: new Date(), now: () => this.clock.at }
  readonly metadata = new Map<string, Uint8Array>()
  readonly files: PublishedFile[] = []
  readonly manifests = new Map<string, string>()
  readonly seal = testSeal()
  readonly commandKey = { kid: 'commands-1', key: generateKey('ed25519') }
  /** Where the files are; a test may put another place here. */
  artifacts: ArtifactStore = {
    find: async (sha256) => {
      const listed = this.files.find((file) => file.sha256 === sha256)
      return listed && storedFile(join(this.folder, 'stored', sha256), listed.length)
    },
  }
  /** Log lines, parsed. */
  readonly logged: Record<string, unknown>[] = []
  #edge: Edge | undefined
  #database: Kysely<Tables> | undefined
  #operator: Server | undefined
  #settings: object

  private constructor(folder: string, settings: object) {
    this.folder = folder
    this.#settings = settings
  }

  static async start(t: Ending, settings: object = {}): Promise<EdgeUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-edge-'))
    const edge = new EdgeUnderTest(folder, settings)
    t.after(async () => {
      await edge.stop()
      await rm(folder, { recursive: true, force: true })
    })
    await edge.start()
    return edge
  }

  async start(settings = this.#settings): Promise<void> {
    const { database } = this
    const opened = database ?? (await openDatabase(await databaseOf(this.folder)))
    this.#database = opened
    for (const id of [PRODUCT, OTHER_PRODUCT]) {
      await opened
        .insertInto('products')
        .values({ id, created_at: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    this.#edge = await startEdge({
      instances: new SingleInstance(),
      settings: parseSettings({
        dataFolder: this.folder,
        host: ['localhost', '127.0.0.1'],
        listen: { public: 0, device: 0, mqtt: 0, operator: 0 },
        ...settings,
      }),
      database: opened,
      clock: this.clock,
      log: pino(
        { level: 'debug' },
        { write: (line: string) => void this.logged.push(JSON.parse(line)) },
      ),
      products: { find: async (id) => ({ id }) },
      artifacts: { find: (sha256) => this.artifacts.find(sha256) },
      metadata: { find: async (product, file) => this.metadata.get(`${product}/${file}`) },
      files: {
        find: async (product, path, sha256) =>
          this.files.find(
            (file) => product === PRODUCT && file.path === path && file.sha256 === sha256,
          ),
        findByDigest: async (product, sha256) =>
          this.files.find((file) => product === PRODUCT && file.sha256 === sha256),
      },
      manifests: { find: async (audience) => this.manifests.get(audience) },
      keys: { commandKey: async () => this.commandKey },
      seal: this.seal,
    })
    const products = Router({ mergeParams: true })
    for (const routes of this.edge.operatorRoutes) products.use(routes)
    const app = express()
    app.use(express.json({ inflate: false }))
    app.use(
      guard({
        ...{ paths: Object.assign({}, ...this.edge.openApiPaths), clock: this.clock },
        products: { find: async (id) => ({ id }) },
        authenticate: async () => ({
          actor: machineActor('127.0.0.1'),
          rights: rightsOf([{ role: 'administrator', product: EVERYWHERE }]),
        }),
      }),
    )
    app.use('/products/:product', products)
    app.use(sendProblem(pino({ level: 'silent' })))
    const operator = createServer(app)
    this.#operator = operator
    await new Promise<void>((resolve) => operator.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#operator?.closeAllConnections()
    this.#operator?.close()
    await this.#edge?.stop()
    this.#edge = undefined
    await this.#database?.destroy()
    this.#database = undefined
  }

  get edge(): Edge {
    if (this.#edge === undefined) throw new Error('The edge is not running')
    return this.#edge
  }

  get database(): Kysely<Tables> | undefined {
    return this.#database
  }

  get db(): Kysely<Tables> {
    if (this.#database === undefined) throw new Error('The edge is not running')
    return this.#database
  }

  /** With the very keys of this edge. */
  async fleetAuthority(): Promise<FleetAuthority> {
    return new FleetAuthority(await authoritiesOn(this.db, this.seal))
  }

  /** A file that published metadata lists. */
  async publish(path: string, bytes: Uint8Array, kind: PublishedFile['kind']): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await mkdir(join(this.folder, 'stored'), { recursive: true })
    await writeFile(join(this.folder, 'stored', sha256), bytes)
    this.files.push({ path, sha256, length: bytes.length, kind })
    return sha256
  }

  async operator(
    method: string,
    path: string,
    body?: object | string,
    product = PRODUCT,
    headers: Record<string, string> = {},
  ): Promise<OperatorAnswer> {
    if (this.#operator === undefined) throw new Error('The edge is not running')
    const { port } = this.#operator.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/products/${product}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const etag = response.headers.get('etag') ?? ''
    return { status: response.status, etag, body: text === '' ? undefined : JSON.parse(text) }
  }

  async token(wanted: object = {}, product = PRODUCT): Promise<string> {
    const answer = await this.operator(
      'POST',
      '/enrolment-tokens',
      { cohort: 'everyone', ...wanted },
      product,
    )
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body.token
  }

  /** Reports into the database, past broker and rate limits. */
  async takeDirectly(device: string, tokens: readonly string[]): Promise<void> {
    const ingestion = new ReportIngestion({
      store: new SqlDeviceStore(this.db),
      keys: new ReportKeys(new SqlEnrolmentStore(this.db)),
      clock: this.clock,
    })
    const who = { product: PRODUCT, device, serial: undefined }
    await Promise.all(tokens.map((token) => ingestion.take(who, token)))
  }
}
