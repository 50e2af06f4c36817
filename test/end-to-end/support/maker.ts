/**
 * A manufacturer with nothing but the product's own commands: keys, repository, releases, rollouts, bundles and
 * factory packs come out of `fleetward`, as a real server publishes them to devices whose agents are processes.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runHere } from '../../../packages/cli/test/run-here.ts'
import { COMMAND, sbomOf } from '../../../packages/cli/test/test-desk.ts'
import { AGENT, FleetDevice } from './fleet-device.ts'
import { ServerInside } from './server-under-fleet.ts'
import { until } from './until.ts'

export const FACTORY_VERSION = '1.0.0'
const KEYS = ['root-1', 'root-2', 'sec', 'fun', 'director'] as const

export interface ReleasePlan {
  readonly version: string
  readonly artifact: string
  readonly installer: string
  readonly product?: string
  readonly kind?: 'security' | 'functionality'
  readonly securityCounter?: number
  readonly compatible?: string
}

export interface MakerDevice {
  readonly cohort: string
  readonly settings: object
  /** What is installed as the factory's version. */
  readonly artifact: string
  /** Of the factory's version; 1 when left out. */
  readonly securityCounter?: number
}

export interface DeviceLine {
  readonly id: string
  readonly online: boolean
  readonly state?: string
  readonly version?: string
  readonly securityCounter?: number
  readonly code?: string
}

export class Maker {
  readonly folder: string
  readonly product: string
  readonly server: ServerInside
  readonly devices: FleetDevice[] = []

  private constructor(folder: string, product: string) {
    this.folder = folder
    this.product = product
    this.server = new ServerInside(join(folder, 'server'))
  }

  static async open(product: string, factorySettings: object = {}): Promise<Maker> {
    const maker = new Maker(await mkdtemp(join(tmpdir(), 'fleetward-maker-')), product)
    try {
      await mkdir(maker.at('server'), { mode: 0o700 })
      await maker.server.start()
      await writeFile(maker.at('passphrase'), 'correct horse battery\n', { mode: 0o600 })
      await writeFile(maker.at('factory-settings.json'), JSON.stringify(factorySettings))
      for (const key of KEYS) await maker.run('keys', 'generate', key, ...maker.#passphrase)
      await maker.addProduct(product)
    } catch (error) {
      await maker.end()
      throw error
    }
    return maker
  }

  async end(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.end()))
    await this.server.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  async addProduct(product: string): Promise<void> {
    const keys = this.at(`${product}-server-keys.json`)
    await this.online(
      ...['products', 'create', product, '--save-server-keys', keys],
      ...['--gate', 'advisory', '--gate-reason', 'no feeds are imported here'],
    )
    await this.run(
      ...['repository', 'init', product, '--server-keys', keys],
      ...['--root-key', 'root-1', '--root-key', 'root-2', '--root-threshold', '2'],
      ...['--targets-key', 'root-1', '--security-key', 'sec', '--functionality-key', 'fun'],
      ...['--offline-director-key', 'director'],
      ...['--factory-settings', this.at('factory-settings.json')],
    )
    for (const [role, key] of [
      ['root', 'root-1'],
      ['root', 'root-2'],
      ['targets', 'root-1'],
      ['security', 'sec'],
      ['functionality', 'fun'],
    ] as const) {
      await this.run('sign', `${product}/${role}`, '--key', key, '--yes', ...this.#passphrase)
    }
    await this.online('repository', 'publish', '--product', product)
  }

  /** Drafts, signs and publishes. */
  async release(plan: ReleasePlan): Promise<void> {
    const { version, artifact, installer, kind = 'security', product = this.product } = plan
    const sbom = this.at('sbom.cdx.json')
    // Of whatever version is drafted next; devices never see it.
    await writeFile(sbom, sbomOf(version).replaceAll('"lumen"', JSON.stringify(product)))
    const of = ['--product', product]
    await this.run(
      ...['release', 'create', ...of, '--artifact', artifact, '--installer', installer],
      ...['--sbom', sbom, '--kind', kind, '--version', version, '--notes', 'Closes a hole'],
      ...['--security-counter', String(plan.securityCounter ?? 2), '--keep-older'],
      ...['--compatible', plan.compatible ?? product],
    )
    const key = kind === 'security' ? 'sec' : 'fun'
    await this.run('release', 'sign', ...of, '--key', key, '--yes', ...this.#passphrase)
    await this.online('release', 'publish', ...of, '--version', version)
  }

  async rollOut(release: string, cohort: string, ...more: readonly string[]): Promise<void> {
    const of = ['--product', this.product, '--release', release, '--cohort', cohort]
    await this.online('rollout', 'start', ...of, ...more)
  }

  /** A folder packed as `fleetward artifact build` packs it; `files` by path. */
  async archive(
    version: string,
    files: Readonly<Record<string, string>>,
    { selfTest = 'true', start = 'true', product = this.product } = {},
  ): Promise<string> {
    const source = await mkdtemp(this.at('content-'))
    for (const [path, words] of Object.entries(files)) {
      await mkdir(join(source, path, '..'), { recursive: true })
      await writeFile(join(source, path), words)
    }
    const out = `${source}.tar.zst`
    await this.run(
      ...['artifact', 'build', source, '--product', product, '--version', version],
      ...['--start', start, '--self-test', selfTest, '--out', out],
    )
    return out
  }

  /** Returns the bundle's file. */
  async bundle(
    release: string,
    { product = this.product, now = new Date(), valid = '1h' } = {},
  ): Promise<string> {
    const out = await mkdtemp(this.at('stick-'))
    const file = join(out, `${product}-${release}.fwbundle`)
    // With a clock of its own only inside this process; elsewhere the command as it is installed.
    await this.#run(
      [
        ...['bundle', 'create', '--product', product, '--release', release, '--key', 'director'],
        ...['--public-url', `https://localhost:${this.server.ports.public}`],
        ...['--valid', valid, '--out', file, ...this.#passphrase],
      ],
      now,
    )
    return file
  }

  /** A device as it leaves the factory; the test starts it. */
  async device(id: string, plan: MakerDevice): Promise<FleetDevice> {
    const device = new FleetDevice(id, this.at('devices', id))
    this.devices.push(device)
    await mkdir(device.folder, { recursive: true })
    const { ports } = this.server
    const { product } = this
    await this.online(
      ...['factory', 'pack', '--product', product, '--cohort', plan.cohort, '--device', id],
      ...['--public-url', `https://localhost:${ports.public}`],
      ...['--device-url', `https://localhost:${ports.device}`],
      ...['--mqtt-url', `mqtts://localhost:${ports.mqtt}`, '--out', join(device.folder, 'pack')],
    )
    const settings = {
      ...{ product, device: id, compatible: product },
      ...{ dataFolder: 'data', factoryPack: 'pack', trialTimeLimitSeconds: 60 },
      reconnect: { firstDelayMs: 50, maxDelayMs: 300 },
      page: { enabled: false },
      ...plan.settings,
    }
    await writeFile(device.settingsFile, JSON.stringify(settings))
    await promisify(execFile)(AGENT, [
      ...['factory-install', '--settings', device.settingsFile, '--artifact', plan.artifact],
      ...['--version', FACTORY_VERSION],
      ...['--security-counter', String(plan.securityCounter ?? 1)],
    ])
    return device
  }

  /** Waits until `fleetward devices list` shows it so. */
  async untilListed(device: FleetDevice, wanted: Partial<DeviceLine>): Promise<DeviceLine> {
    let seen: DeviceLine | undefined
    return until(
      async () => {
        const words = ['devices', 'list', '--product', this.product]
        const { devices } = JSON.parse(await this.online(...words)) as { devices: DeviceLine[] }
        seen = devices.find(({ id }) => id === device.id)
        const shown = seen as Readonly<Record<string, unknown>> | undefined
        return Object.entries(wanted).every(([name, value]) => shown?.[name] === value) && seen
      },
      () => `${JSON.stringify(wanted)}; seen ${JSON.stringify(seen)}\n${device.account()}`,
    )
  }

  online(...words: readonly string[]): Promise<string> {
    const { operator } = this.server.ports
    const token = this.at('server', 'admin-token')
    return this.run(...words, '--server', `http://127.0.0.1:${operator}`, '--token-file', token)
  }

  /** One command; its JSON. Throws when it refuses. */
  run(...words: readonly string[]): Promise<string> {
    return this.#run(words, new Date())
  }

  /** The same as its own process. */
  async runInstalled(...words: readonly string[]): Promise<string> {
    const all = ['--desk', this.at('desk'), '--json', ...words]
    return (await promisify(execFile)(COMMAND, all)).stdout
  }

  async #run(words: readonly string[], now: Date): Promise<string> {
    const all = ['--desk', this.at('desk'), '--json', ...words]
    const { exitCode, out } = await runHere(all, { now: () => now })
    assert.equal(exitCode, 0, `fleetward ${words.join(' ')}\n${out}`)
    return out
  }

  get #passphrase(): readonly string[] {
    return ['--passphrase-file', this.at('passphrase')]
  }
}
