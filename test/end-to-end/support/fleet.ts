/**
 * A fleet for end-to-end tests: a real server, a manufacturer's desk, and devices whose agents are
 * processes. One server serves a whole file of tests; each test has devices and a cohort of its own.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Json } from '@fleetward/shared'
import {
  COMPATIBLE,
  Desk,
  type DeskFile,
  type DeskRelease,
  file,
  filesOf,
  OPEN_GATE,
  PRODUCT,
} from '../../../packages/server/test/support/desk.ts'
import { type FirmwarePlan, firmware } from './firmware.ts'
import { AGENT, FleetDevice } from './fleet-device.ts'
import { ServerInside, ServerProcess, type ServerUnderFleet } from './server-under-fleet.ts'
import { until } from './until.ts'

export const FACTORY_VERSION = '1.4.2'
const YEAR_MS = 365 * 86_400_000

export interface DevicePlan {
  readonly cohort: string
  readonly settings?: object
  /** In place of the server's own. */
  readonly urls?: { public?: string; device?: string; mqtt?: string }
  /** Whose root the factory put on it. */
  readonly factoryDesk?: Desk
  /** In place of the factory's usual slot. */
  readonly fillSlot?: (device: FleetDevice) => Promise<void>
}

export interface DeviceView {
  readonly online: boolean
  readonly state?: string
  readonly waitingFor?: string
  readonly version?: string
  readonly securityCounter?: number
  readonly code?: string
  readonly progress?: number
  readonly integrity?: string
  readonly log?: { readonly seq: number; readonly off: readonly string[] }
  readonly logBroken?: { readonly flaw: string; readonly known: number; readonly seen: number }
  readonly certificate?: { readonly serial: string; readonly notAfter: number }
  readonly reports: { last: number; missing: number; unchained: number; refused: number }
}

export interface ReportView {
  readonly seq: number
  readonly state: string
  readonly waitingFor?: string
  readonly version: string
  readonly code?: string
  readonly refused?: string
  readonly missingBefore: number
  readonly prevFits: boolean
  readonly token: string
}

export class Fleet<Server extends ServerUnderFleet = ServerUnderFleet> {
  readonly folder: string
  server: Server
  readonly devices: FleetDevice[] = []
  desk = new Desk()
  /** What `trust/` holds, by path. */
  readonly trust = new Map<string, DeskFile>()
  online: { timestamp: Json; snapshot: Json } = { timestamp: null, snapshot: null }
  readonly #releases: DeskRelease[] = []
  readonly #versions: Record<string, number> = {}
  #token = ''
  #serverCa = ''

  private constructor(folder: string, server: Server) {
    this.folder = folder
    this.server = server
    this.desk.expires = new Date(Date.now() + YEAR_MS)
  }

  /** The server inside the test, with its clock and its publisher at hand. */
  static inside(): Promise<Fleet<ServerInside>> {
    return Fleet.#on((folder) => new ServerInside(folder))
  }

  /** The server as a process, to be killed or stopped. */
  static withServerProcess(): Promise<Fleet<ServerProcess>> {
    return Fleet.#on((folder) => new ServerProcess(folder))
  }

  static async #on<S extends ServerUnderFleet>(make: (data: string) => S): Promise<Fleet<S>> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-fleet-'))
    const fleet = new Fleet(folder, make(join(folder, 'server')))
    try {
      await mkdir(join(folder, 'server'), { mode: 0o700 })
      await fleet.server.start()
      await fleet.#makeProduct()
    } catch (error) {
      await fleet.end()
      throw error
    }
    return fleet
  }

  /** Another server takes the place of this one, in a data folder of its own. */
  async moveTo(server: Server, dataFolder: string): Promise<void> {
    this.server = server
    await server.start()
    this.#token = (await readFile(join(dataFolder, 'admin-token'), 'utf8')).trim()
  }

  async end(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.end()))
    await this.server.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  // ---- the operator

  /** `path` below the product. Objects go as JSON, bytes as they are; anything but 2xx throws. */
  async call<Answer = unknown>(
    method: string,
    path: string,
    body?: object | Uint8Array,
  ): Promise<Answer> {
    return this.#call(method, `/products/${PRODUCT}${path}`, body)
  }

  /** `path` above products. */
  async callServer<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
    return this.#call(method, path, body)
  }

  /** Returns the id of the rollout. */
  async rollOut(
    release: string,
    cohort: string,
    more: { share?: number; policy?: object; plan?: object } = {},
  ): Promise<string> {
    const { policy, ...others } = more
    const { id } = await this.call<{ id: string }>('POST', '/rollouts', {
      ...{ release, cohort, ...others },
      policy: { retryAfter: 0, ...policy },
    })
    return id
  }

  async move(rollout: string, move: 'pause' | 'resume' | 'withdraw' | 'retry'): Promise<void> {
    await this.call('POST', `/rollouts/${rollout}/${move}`)
  }

  async view({ id }: FleetDevice): Promise<DeviceView | undefined> {
    const answer = await this.#answer('GET', `/products/${PRODUCT}/devices/${id}`)
    return answer.status === 200 ? ((await answer.json()) as DeviceView) : undefined
  }

  /** Oldest first; none of a device that has not enrolled yet. */
  async reports({ id }: FleetDevice): Promise<ReportView[]> {
    const path = `/products/${PRODUCT}/devices/${id}/reports?limit=500`
    const answer = await this.#answer('GET', path)
    return answer.status === 200 ? ((await answer.json()) as ReportView[]).reverse() : []
  }

  /** Waits until the server sees the device so. */
  async untilSeen(device: FleetDevice, wanted: Partial<DeviceView>): Promise<DeviceView> {
    let seen: DeviceView | undefined
    return until(
      async () => {
        seen = await this.view(device)
        const shown = seen as Record<string, unknown> | undefined
        return Object.entries(wanted).every(([name, value]) => shown?.[name] === value) && seen
      },
      () =>
        `${device.id} is ${JSON.stringify(wanted)}; seen ${JSON.stringify(seen)}\n${device.account()}`,
    )
  }

  async untilReported(device: FleetDevice, wanted: Partial<ReportView>): Promise<ReportView> {
    return until(
      async () =>
        (await this.reports(device)).find((report) =>
          Object.entries(wanted).every(
            ([name, value]) => (report as unknown as Record<string, unknown>)[name] === value,
          ),
        ),
      () => `${device.id} reports ${JSON.stringify(wanted)}\n${device.account()}`,
    )
  }

  // ---- the manufacturer

  /** Signs and publishes one more release. */
  async publish(plan: FirmwarePlan): Promise<DeskRelease> {
    const release = firmware(plan)
    await this.publishRelease(release)
    return release
  }

  async publishRelease(release: DeskRelease): Promise<void> {
    this.#releases.push(release)
    await this.publishRole(release.kind)
  }

  async publishRole(role: 'security' | 'functionality'): Promise<void> {
    const releases = this.#releases.filter(({ kind }) => kind === role)
    const bytes = this.desk.roleMetadata(role, this.#next(role), releases)
    await this.#upload(role, bytes, releases.flatMap(filesOf))
  }

  async publishTrust(changed: readonly DeskFile[]): Promise<void> {
    for (const each of changed) this.trust.set(each.path, each)
    const files = [...this.trust.values()]
    await this.#upload('targets', this.desk.targetsMetadata(this.#next('targets'), files), files)
  }

  async publishRoot(make: (version: number) => Uint8Array): Promise<void> {
    await this.#upload('root', make(this.#next('root')), [])
  }

  // ---- devices

  /** A device with the factory's version in slot A; its agent is started by the test. */
  async device(id: string, plan: DevicePlan): Promise<FleetDevice> {
    const device = new FleetDevice(id, join(this.folder, 'devices', id))
    this.devices.push(device)
    await mkdir(device.folder, { recursive: true })
    await this.writePack(device, plan)
    const settings = {
      ...{ product: PRODUCT, device: id, compatible: COMPATIBLE },
      ...{ dataFolder: 'data', factoryPack: 'pack' },
      trialTimeLimitSeconds: 60,
      reconnect: { firstDelayMs: 50, maxDelayMs: 300 },
      // Tests of the page say where it is; all others leave the machine's ports alone.
      page: { enabled: false },
      ...plan.settings,
    }
    await writeFile(device.settingsFile, JSON.stringify(settings))
    await (plan.fillSlot ?? ((filled) => this.#fillSlot(filled)))(device)
    return device
  }

  async writePack(device: FleetDevice, plan: DevicePlan): Promise<void> {
    const { cohort, urls, factoryDesk = this.desk } = plan
    const { ports } = this.server
    const folder = join(device.folder, 'pack')
    const { token } = await this.call<{ token: string }>('POST', '/enrolment-tokens', {
      ...{ cohort, device: device.id },
    })
    await mkdir(folder, { recursive: true })
    const server = {
      public: `https://localhost:${ports.public}`,
      device: `https://localhost:${ports.device}`,
      mqtt: `mqtts://localhost:${ports.mqtt}`,
      ...urls,
    }
    const files = {
      'root.json': factoryDesk.rootMetadata(1, this.online),
      'server-ca.pem': this.#serverCa,
      'enrolment-token': `${token}\n`,
      'factory.json': JSON.stringify({ product: PRODUCT, cohort, server }),
      'factory-settings.json': '{}',
    }
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes, { mode: 0o600 })
    }
  }

  /** By the agent's own command the first time; every further slot is a copy of that one. */
  async #fillSlot(device: FleetDevice): Promise<void> {
    const filled = join(this.folder, 'factory-slots')
    const slots = join(device.data, 'slots')
    if (existsSync(filled)) {
      await mkdir(device.data, { mode: 0o700 })
      await cp(filled, slots, { recursive: true })
      return
    }
    const artifact = join(this.folder, 'factory.tar.zst')
    await writeFile(artifact, firmware({ version: FACTORY_VERSION }).artifact)
    await promisify(execFile)(AGENT, [
      ...['factory-install', '--settings', device.settingsFile, '--artifact', artifact],
      ...['--version', FACTORY_VERSION, '--security-counter', '1'],
    ])
    await cp(slots, filled, { recursive: true })
  }

  // ---- within

  async #makeProduct(): Promise<void> {
    this.#token = (await readFile(join(this.folder, 'server', 'admin-token'), 'utf8')).trim()
    const made = await this.#call<{
      onlineKeys: { timestamp: Json; snapshot: Json }
      trust: Record<string, string>
      serverCa: string
    }>('POST', '/products', { id: PRODUCT, gate: OPEN_GATE })
    this.online = made.onlineKeys
    this.#serverCa = made.serverCa
    await this.publishRoot((version) => this.desk.rootMetadata(version, this.online))
    await this.publishTrust(
      Object.entries(made.trust).map(([name, words]) =>
        file(`trust/${name}`, new TextEncoder().encode(words)),
      ),
    )
    for (const role of ['security', 'functionality'] as const) await this.publishRole(role)
  }

  #next(role: string): number {
    const version = (this.#versions[role] ?? 0) + 1
    this.#versions[role] = version
    return version
  }

  /** Metadata is published once its files are there: then it is sent again. */
  async #upload(role: string, bytes: Uint8Array, files: readonly DeskFile[]): Promise<void> {
    const { missing = [] } = await this.call<{ missing?: { sha256: string }[] }>(
      ...(['PUT', `/metadata/${role}`, bytes] as const),
    )
    for (const { sha256 } of missing) {
      const wanted = files.find((each) => each.sha256 === sha256)
      if (wanted === undefined) throw new Error(`the server misses ${sha256}, nobody has it`)
      await this.call('PUT', `/files/${sha256}`, wanted.bytes)
    }
    if (missing.length > 0) await this.call('PUT', `/metadata/${role}`, bytes)
  }

  async #call<Answer>(method: string, path: string, body?: object | Uint8Array): Promise<Answer> {
    const answer = await this.#answer(method, path, body)
    const words = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${words}`)
    return (words === '' ? undefined : JSON.parse(words)) as Answer
  }

  #answer(method: string, path: string, body?: object | Uint8Array): Promise<Response> {
    const isFile = body instanceof Uint8Array && path.includes('/files/')
    return fetch(`http://127.0.0.1:${this.server.ports.operator}/api/1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined
          ? {}
          : { 'content-type': isFile ? 'application/octet-stream' : 'application/json' }),
        // Whatever revision there is.
        ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
      },
      body:
        body === undefined
          ? null
          : body instanceof Uint8Array
            ? new Uint8Array(body)
            : JSON.stringify(body),
    })
  }
}

export { type FleetDevice, PRODUCT }
