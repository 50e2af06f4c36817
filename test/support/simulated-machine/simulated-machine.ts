/**
 * A device with the agent's real code on it, from the record store to the update run, over a disk, a
 * network, a clock and a product that meet accidents. It is put together as in the agent's agent.ts,
 * without TLS and MQTT, which are replaced by {@link SimulatedNetwork}.
 *
 * Load it dynamically, after `../simulated-disk/redirect.ts`.
 */
import { createHash } from 'node:crypto'
import { nodeVerifier } from '@fleetward/platform'
import { codeOf, SECURE_DEFAULTS } from '@fleetward/shared'
import { silentActivity } from '../../../packages/agent/src/activity/silent-activity.ts'
import { DeviceReadiness } from '../../../packages/agent/src/adapters/device-readiness.ts'
import { FileRecordStore } from '../../../packages/agent/src/adapters/file-record-store.ts'
import { SlotBootloader } from '../../../packages/agent/src/adapters/slot-bootloader.ts'
import { TufReleases } from '../../../packages/agent/src/adapters/tuf-releases.ts'
import type { HttpsClient } from '../../../packages/agent/src/connection/https-client.ts'
import type { AgentRecord } from '../../../packages/agent/src/core/agent-record.ts'
import { defaultsFrom } from '../../../packages/agent/src/core/owners-choices.ts'
import { foldersIn, makeFolders } from '../../../packages/agent/src/data-folder/folders.ts'
import { loadRecord } from '../../../packages/agent/src/data-folder/load-record.ts'
import { MessageReader } from '../../../packages/agent/src/messages/message-reader.ts'
import type { Log, Ports } from '../../../packages/agent/src/ports.ts'
import { UpdateRun } from '../../../packages/agent/src/run/update-run.ts'
import { installFactorySlot } from '../../../packages/agent/src/slot/factory-slot.ts'
import { SlotDirectoryInstaller } from '../../../packages/agent/src/slot/slot-directory-installer.ts'
import { HttpsTransfer } from '../../../packages/agent/src/transfer/https-transfer.ts'
import { FileMetadataStore } from '../../../packages/agent/src/tuf/file-metadata-store.ts'
import { TufClient } from '../../../packages/agent/src/tuf/tuf-client.ts'
import { COHORT, DEVICE, NOW, PRODUCT } from '../signed-messages.ts'
import { mount } from '../simulated-disk/fs-promises.ts'
import { FileInode, type FolderInode } from '../simulated-disk/inode.ts'
import { type DiskOperation, never, SimulatedDisk } from '../simulated-disk/simulated-disk.ts'
import { afterPowerLoss, numbersFrom, type Survival } from '../simulated-disk/survival.ts'
import { type Fault, FaultReferee, type Step, type StepVerdict } from './faults.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { type Behaviour, SimulatedProduct } from './simulated-product.ts'
import { finishSimulatedReset } from './simulated-reset.ts'
import { type SimulatedBackend, SimulatedServer } from './simulated-server.ts'

export const DATA = '/data'
export const FOLDERS = foldersIn(DATA)
const HOUR_MS = 3_600_000
const BACKOFF = { firstDelayMs: 1000, maxDelayMs: 300_000 }
/** As the service manager's `RestartSec`. */
const RESTART_MS = 5_000
/** A director signs its manifests anew long before they run out. */
const SIGNED_ANEW_MS = 13 * HOUR_MS
const POWER_UP_MS = 20_000
const DAY_MS = 24 * HOUR_MS
const YEAR_MS = 365 * DAY_MS
const FULL_MS = 6 * HOUR_MS
const AWAY_MS = 2 * DAY_MS
const CLOCK_WRONG_MS = 3 * HOUR_MS
/** More than any case needs; then the device is in a loop. */
const BOOTS_MAX = 30
const JUMPS_MAX = 6000
/** Turns of the event loop without any step, after which nothing is going on. */
const QUIET_TURNS = 4

export interface MachineOptions {
  readonly backend: SimulatedBackend
  /** As the factory left it. */
  readonly root: FolderInode
  readonly faults?: readonly Fault[]
  readonly behaviours?: ReadonlyMap<string, Behaviour>
  /** Whether its owner's data and its button are there. */
  readonly hasReset?: boolean
}

/** A disk as it leaves the factory: the firmware in slot A, put there by the agent's own code. */
export async function factoryDisk(
  backend: SimulatedBackend,
  version: string,
): Promise<FolderInode> {
  const disk = new SimulatedDisk(() => undefined)
  mount(disk)
  await makeFolders(DATA)
  const { bytes, release } = backend.artifactOf(version)
  disk.root.change({ kind: 'set', name: 'firmware.tar.gz', inode: new FileInode(0o600, bytes) })
  await installFactorySlot({
    artifactPath: '/firmware.tar.gz',
    slotsFolder: FOLDERS.slots,
    product: PRODUCT,
    version,
    securityCounter: release.securityCounter,
  })
  disk.root.change({ kind: 'remove', name: 'firmware.tar.gz' })
  return afterPowerLoss(disk.root, 'everything')
}

export class SimulatedMachine {
  disk: SimulatedDisk
  readonly clock = new SimulatedClock(NOW * 1000)
  readonly server: SimulatedServer
  readonly product: SimulatedProduct
  readonly referee: FaultReferee
  readonly logged: { readonly event: string; readonly facts: object }[] = []
  /** What no device may ever do. */
  readonly wrongs: string[] = []
  run: UpdateRun | undefined
  boots = 0
  /** How often the agent's process ended by itself. */
  exits = 0
  readonly exitReasons: string[] = []
  readonly #hasReset: boolean
  readonly #network: SimulatedNetwork
  readonly #chance = numbersFrom(1)
  readonly #worldTimers = new WeakSet<object>()
  /** What ends the life of this process: nothing, or why. */
  #end: { readonly how: 'cut' | 'kill' | 'exit'; readonly survives?: Survival } | undefined
  #damage: Extract<Fault, { what: 'damage' }> | undefined
  #activity = 0
  #isAway = false
  #isUnheard = false
  #state = 'idle'
  #reader: MessageReader | undefined

  constructor({
    backend,
    root,
    faults = [],
    behaviours = new Map(),
    hasReset = false,
  }: MachineOptions) {
    this.#hasReset = hasReset
    this.referee = new FaultReferee(faults, (fault) => this.#befall(fault))
    this.disk = new SimulatedDisk((operation) => this.#onDisk(operation), root)
    this.disk.nowMs = () => this.clock.deviceMs
    this.server = new SimulatedServer(backend)
    this.#network = new SimulatedNetwork(this.server, (name) => this.#onExchange(name))
    this.product = new SimulatedProduct({
      plans: backend.plans,
      behaviours,
      disk: () => this.disk,
      step: (name) => this.#onProduct(name),
      untilAborted: (signal) => this.clock.wait(Number.POSITIVE_INFINITY, signal),
      takeDown: () => this.#die('cut'),
      wrong: (what) => this.wrongs.push(what),
    })
    this.#signAnew()
  }

  #signAnew(): void {
    this.#later(SIGNED_ANEW_MS, () => {
      this.deliver()
      this.#signAnew()
    })
  }

  get record(): AgentRecord | undefined {
    return this.run?.record
  }

  /**
   * Lives on, through every boot, until `isOver` says so while nothing happens, or for so long. Returns
   * whether it came to rest.
   */
  async live(forMs: number, isOver: () => boolean): Promise<boolean> {
    const untilMs = this.clock.trueMs + forMs
    for (let jumps = 0; jumps < JUMPS_MAX; jumps += 1) {
      if (this.run === undefined && this.#end === undefined && this.#booting === undefined) {
        if (this.boots >= BOOTS_MAX) {
          this.wrongs.push(`still not at rest after ${BOOTS_MAX} boots`)
          return false
        }
        this.#booting = this.#boot()
      }
      await this.#quiet()
      if (this.#end !== undefined) {
        this.#afterEnd()
        continue
      }
      if (this.run !== undefined && isOver()) return true
      const { nextMs } = this.clock
      if (nextMs === undefined || nextMs > untilMs) return false
      this.clock.jumpToNext()
      this.#activity += 1
    }
    this.wrongs.push(`still busy after ${JUMPS_MAX} timers`)
    return false
  }

  /** In good order, as for a reset that was asked for while it ran. */
  restart(): void {
    this.#end ??= { how: 'exit' }
    this.disk.end()
  }

  /** The case is over: nothing of it is waited for any more. */
  forget(): void {
    this.disk.end()
    this.clock.forget(() => false)
  }

  /** The manifest as it is retained goes to the device, if there is a line. */
  deliver(): void {
    if (this.#isAway || this.#reader === undefined) return
    const { topic, payload } = this.server.retained(this.clock.trueMs)
    this.#reader.takeMessage(topic, payload)
  }

  #booting: Promise<void> | undefined

  async #boot(): Promise<void> {
    this.boots += 1
    mount(this.disk)
    try {
      const { run, reader } = await this.#assemble()
      this.run = run
      this.#reader = reader
      run.ended.catch((error: unknown) => this.#exit(error))
      this.deliver()
    } catch (error) {
      this.#exit(error)
    }
    this.#booting = undefined
  }

  async #assemble(): Promise<{ run: UpdateRun; reader: MessageReader }> {
    const { backend } = this.server
    const folders = await makeFolders(DATA)
    let run: UpdateRun | undefined
    const tuf = new TufClient({
      store: new FileMetadataStore(folders.tuf),
      source: { fetch: (path, maxBytes) => this.#network.fetchMetadata(path, maxBytes) },
      verifier: rememberingVerifier,
      now: () => (run === undefined ? this.clock.deviceMs : run.now() * 1000),
      factoryRoot: backend.product.newest('root'),
    })
    const releases = new TufReleases({
      client: tuf,
      targets: { fetch: (path, maxBytes) => this.#network.fetchTarget(path, maxBytes) },
      product: PRODUCT,
      trustFolder: folders.trust,
    })
    const store = new FileRecordStore(DATA)
    const bootloader = new SlotBootloader({
      slotsFolder: folders.slots,
      lastRecord: () => new FileRecordStore(DATA).load(),
    })
    const installer = new SlotDirectoryInstaller({
      slotsFolder: folders.slots,
      downloadFolder: folders.download,
      bootedSlot: () => bootloader.bootedSlot(),
    })
    const transfer = new HttpsTransfer({
      client: this.#network as unknown as HttpsClient,
      server: 'https://server.test',
      folder: folders.download,
      fetchTarget: (path, sha256, maxBytes) => releases.fetchTarget(path, sha256, maxBytes),
    })
    const log: Log = { write: (_, event, facts = {}) => this.logged.push({ event, facts }) }
    const ports: Ports = {
      systemClock: { systemMs: () => this.clock.deviceMs },
      place: { timeZone: () => 'UTC' },
      timer: { wait: (ms, signal) => this.clock.wait(ms, signal) },
      chance: { share: () => 0.5, nonce: () => `nonce-${Math.floor(this.#chance() * 2 ** 32)}` },
      log,
      store,
      releases,
      transfer,
      readiness: new DeviceReadiness({
        dataFolder: DATA,
        powerCommand: undefined,
        slotBytes: ({ installedSize }) => installedSize,
        log,
      }),
      installer,
      bootloader,
      product: this.product,
      reportChannel: { send: (token) => this.#network.report(token) },
      reportSigner: { sign: async (report) => `${JSON.stringify(report)}.signature` },
      activity: silentActivity,
    }
    if (this.#hasReset) {
      const record = () => loadRecord(ports, COHORT)
      const place = { ports, log, running: this.product, identityFolder: folders.identity }
      await finishSimulatedReset({ ...place, record })
    }
    const record = await loadRecord(ports, COHORT)
    run = await UpdateRun.begin(ports, {
      device: {
        product: PRODUCT,
        device: DEVICE,
        compatible: 'lumen-g1',
        defaults: { ...defaultsFrom(SECURE_DEFAULTS), functionality: 'automatic' },
        trialTimeLimitMs: 300_000,
      },
      record,
      inventory: () => ({ agent: 'simulated' }),
      backoff: BACKOFF,
    })
    const reader = new MessageReader({
      run,
      releases,
      product: PRODUCT,
      device: DEVICE,
      timer: ports.timer,
      chance: ports.chance,
      backoff: BACKOFF,
      onFailed: (error) => this.#exit(error),
      checkNow: async () => {},
      changeCohort: async () => {},
      askReset: async () => {},
    })
    return { run, reader }
  }

  /** An error that the agent does not handle: its process ends, and the service manager starts it again. */
  #exit(error: unknown): void {
    if (this.#end !== undefined) return
    const code = codeOf(error)
    if (code === undefined) {
      this.wrongs.push(`the agent ended with what nobody foresaw: ${(error as Error).stack}`)
    }
    this.exits += 1
    this.exitReasons.push(code?.code ?? String(error))
    this.#end = { how: 'exit' }
    this.disk.end()
  }

  #die(how: 'cut' | 'kill', survives: Survival = 'everything'): Promise<never> {
    this.#end ??= { how, survives }
    this.disk.end()
    return never()
  }

  #afterEnd(): void {
    const { how, survives = 'everything' } = this.#end ?? { how: 'exit' }
    this.#end = undefined
    this.run = undefined
    this.#booting = undefined
    this.#reader = undefined
    this.clock.forget((timer) => this.#worldTimers.has(timer))
    const onDisk = (operation: DiskOperation) => this.#onDisk(operation)
    if (how === 'cut') {
      this.disk = this.disk.afterPowerLoss(onDisk, survives)
      this.product.running = undefined
    } else this.disk = this.disk.afterKill(onDisk)
    if (this.#damage !== undefined) damage(this.disk, this.#damage)
    this.#damage = undefined
    this.clock.trueMs += how === 'exit' ? RESTART_MS : POWER_UP_MS
  }

  async #quiet(): Promise<void> {
    let seen = this.#activity
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      if (seen !== this.#activity) quiet = -1
      seen = this.#activity
    }
  }

  #onDisk(operation: DiskOperation): ReturnType<ConstructorParameters<typeof SimulatedDisk>[0]> {
    const verdict = this.#step({ ...operation, allocates: operation.allocatesBytes > 0 })
    return verdict?.what === 'end' || verdict?.what === 'errno' ? verdict : undefined
  }

  async #onProduct(name: string): Promise<void> {
    if (this.disk.isOver) return never()
    const { disk } = this
    const verdict = this.#step({ ...PORT_STEP, kind: 'product', name, unsynced: disk.unsynced })
    await new Promise((resolve) => setImmediate(resolve))
    if (verdict?.what === 'end') disk.end()
    if (disk.isOver) return never()
  }

  async #onExchange(name: string): Promise<StepVerdict | undefined> {
    if (this.disk.isOver) return never()
    const { disk } = this
    const { unsynced } = disk
    const hasMiddle = name === 'report'
    const step = { ...PORT_STEP, hasMiddle, kind: 'network' as const, name, unsynced }
    const verdict = this.#step(step)
    await new Promise((resolve) => setImmediate(resolve))
    if (disk.isOver && verdict?.what !== 'end') return never()
    if (verdict?.what === 'end') {
      disk.end()
      return verdict
    }
    if (this.#isAway) return { what: 'away' }
    if (this.#isUnheard && name === 'report') return { what: 'unheard' }
    return verdict
  }

  #step(step: Omit<Step, 'state'>): StepVerdict | undefined {
    this.#activity += 1
    this.#state = this.run?.record.state.name ?? this.#state
    return this.referee.next({
      kind: step.kind,
      name: step.name,
      path: step.path,
      allocates: step.allocates,
      hasMiddle: step.hasMiddle,
      unsynced: step.unsynced,
      state: this.#state,
    })
  }

  /** What a fault does besides the step it falls on. */
  #befall(fault: Fault): void {
    switch (fault.what) {
      case 'cut':
        this.#end = { how: 'cut', survives: fault.survives }
        return
      case 'kill':
        this.#end = { how: 'kill' }
        return
      case 'damage':
        this.#end = { how: 'cut', survives: 'everything' }
        this.#damage = fault
        return
      case 'full':
        this.disk.capacityBytes = this.disk.usedBytes
        this.#later(FULL_MS, () => {
          this.disk.capacityBytes = Number.POSITIVE_INFINITY
        })
        return
      case 'clock':
        this.#jump(fault.to)
        return
      case 'network':
        if (fault.how === 'away')
          this.#lose((isLost) => {
            this.#isAway = isLost
          })
        if (fault.how === 'unheard')
          this.#lose((isLost) => {
            this.#isUnheard = isLost
          })
        return
    }
  }

  #lose(set: (lost: boolean) => void): void {
    set(true)
    this.#later(AWAY_MS, () => {
      set(false)
      this.run?.announceNews()
      this.deliver()
    })
  }

  #jump(to: Extract<Fault, { what: 'clock' }>['to']): void {
    const error = {
      '1970': -this.clock.trueMs,
      '+10y': 10 * YEAR_MS,
      '-1h': -HOUR_MS,
      '-1y': -YEAR_MS,
    }
    this.clock.errorMs = error[to]
    // From 1970 on the device's clock runs like any other.
    this.#later(CLOCK_WRONG_MS, () => {
      this.clock.errorMs = 0
      this.deliver()
    })
  }

  #later(ms: number, fire: () => void): void {
    this.#worldTimers.add(this.clock.at(this.clock.trueMs + ms, fire))
  }
}

/** A signature that was right once is right in every case: they differ in other things. */
const rightSignatures = new Set<string>()
const rememberingVerifier: typeof nodeVerifier = {
  verify(key, message, signature) {
    const about = createHash('sha256').update(key.identity).update(message).update(signature)
    const digest = about.digest('hex')
    if (rightSignatures.has(digest)) return true
    const isRight = nodeVerifier.verify(key, message, signature)
    if (isRight) rightSignatures.add(digest)
    return isRight
  },
}

const PORT_STEP = { path: '', allocates: false, hasMiddle: false }

function damage(disk: SimulatedDisk, { file, how }: Extract<Fault, { what: 'damage' }>): void {
  const name = new RegExp(`^${file.replaceAll('.', '\\.').replace('*', '[^/]+')}$`)
  for (const path of disk.files().filter((other) => name.test(other))) {
    const bytes = disk.peek(path) ?? Buffer.alloc(0)
    if (how === 'unreadable') disk.spoil(path, undefined)
    else if (how === 'empty') disk.spoil(path, Buffer.alloc(0))
    else if (how === 'half') disk.spoil(path, Buffer.from(bytes.subarray(0, bytes.length >> 1)))
    else disk.spoil(path, Buffer.alloc(bytes.length, 0xa5))
  }
}
