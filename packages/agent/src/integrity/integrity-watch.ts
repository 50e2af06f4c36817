/**
 * Compares what is on the device with its baseline, at the start and from time to time. Damage is told
 * to the owner, to the server and to the run, which can install the release again; nothing is ever
 * deleted for it. A configuration that somebody edited is no damage: it is told once and then counts.
 */
import { readFile } from 'node:fs/promises'
import { DeviceError, sha256Hex } from '@fleetward/shared'
import type { ActivityLog, Log, SlotName, Timer } from '../ports.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { type BaselineFile, differences, type Hashes } from './baseline.ts'
import { SlowHash } from './hash-slowly.ts'
import type { SlotCheck } from './slot-check.ts'

export interface IntegrityWatchOptions {
  readonly run: Pick<UpdateRun, 'slot' | 'version' | 'noteIntegrity' | 'reportFinding'>
  readonly baseline: BaselineFile
  /** undefined: this kind of installer has no check yet. */
  readonly slots: SlotCheck | undefined
  readonly agentVersion: string
  /** Absolute paths; none: the agent itself is not looked at. */
  readonly agentFiles: () => Promise<readonly string[]>
  readonly configurationFiles: readonly string[]
  readonly activity: ActivityLog
  readonly log: Log
  readonly timer: Timer
  readonly nowMs: () => number
  readonly intervalMs: number
  readonly bytesPerSecond: number
  readonly signal: AbortSignal
}

export interface IntegrityStatus {
  readonly state: 'ok' | 'corrupt' | 'unknown'
  /** Seconds since 1970. */
  readonly checkedAt?: number
  readonly damaged?: readonly string[]
}

interface Damage {
  readonly code: 'SLOT_CORRUPT' | 'AGENT_CORRUPT'
  readonly event: 'slot-corrupt' | 'agent-corrupt'
  readonly paths: readonly string[]
  readonly slot?: SlotName
}

/** After an update has booted, its slot is looked at without waiting for the next time. */
const LOOK_EVERY_MS = 30_000

export class IntegrityWatch {
  readonly #options: IntegrityWatchOptions
  readonly #hash: SlowHash
  #status: IntegrityStatus = { state: 'unknown' }
  /** What was told last, so that the same damage is told once. */
  #told = ''

  constructor(options: IntegrityWatchOptions) {
    this.#options = options
    this.#hash = new SlowHash(options.bytesPerSecond, options.timer, options.signal)
  }

  status(): IntegrityStatus {
    return this.#status
  }

  /** Until the signal aborts; rejects only with what nobody foresaw. */
  async watch(): Promise<void> {
    const { signal, timer, intervalMs, run } = this.#options
    let checkedSlot: SlotName | undefined
    let leftMs = 0
    while (!signal.aborted) {
      if (leftMs <= 0 || checkedSlot !== run.slot) {
        checkedSlot = run.slot
        await this.#checkPatiently()
        leftMs = intervalMs
      }
      const stepMs = Math.min(leftMs, LOOK_EVERY_MS)
      await timer.wait(stepMs, signal)
      leftMs -= stepMs
    }
  }

  async check(): Promise<void> {
    const { run, nowMs } = this.#options
    await this.#checkConfiguration()
    const found = [await this.#checkAgent(), await this.#checkSlot(run.slot)]
    const damages = found.filter((damage) => damage !== undefined)
    const paths = damages.flatMap((damage) => damage.paths)
    const checkedAt = Math.floor(nowMs() / 1000)
    this.#status =
      damages.length === 0
        ? { state: 'ok', checkedAt }
        : { state: 'corrupt', checkedAt, damaged: paths.slice(0, 20) }
    await this.#tell(damages)
  }

  async #checkPatiently(): Promise<void> {
    const { signal, log } = this.#options
    try {
      await this.check()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof DeviceError)) throw error
      // A disk that is full cannot keep a baseline now; the next time it may.
      log.write('warning', 'integrity-not-checked', { code: error.code, ...error.facts })
    }
  }

  async #tell(damages: readonly Damage[]): Promise<void> {
    const { run, activity, log } = this.#options
    const [first] = damages
    if (first === undefined) {
      if (this.#told !== '') {
        await activity.record({ class: 'security', event: 'integrity-restored', by: 'agent' })
      }
      this.#told = ''
      return run.noteIntegrity('ok')
    }
    const slot = damages.find((damage) => damage.slot !== undefined)?.slot
    const told = JSON.stringify(damages)
    const isNews = told !== this.#told
    this.#told = told
    if (!isNews) return
    for (const damage of damages) {
      const facts = factsOf(damage, run.version)
      log.write('error', damage.event, facts)
      await activity.record({ class: 'security', event: damage.event, by: 'agent', facts })
      const failure = { code: damage.code, facts }
      await run.noteIntegrity('corrupt', { failure, ...(slot === undefined ? {} : { slot }) })
    }
  }

  async #checkAgent(): Promise<Damage | undefined> {
    const { baseline, agentVersion, agentFiles } = this.#options
    const files = await agentFiles()
    if (files.length === 0) return undefined
    const now = await this.#hashesOf(files)
    const { agent } = await baseline.load()
    if (agent === undefined || agent.version !== agentVersion) {
      const taken = { version: agentVersion, files: known(now) }
      await baseline.change((before) => ({ ...before, agent: taken }))
      await this.#noteTaken('agent', agentVersion)
      return undefined
    }
    const paths = differences(agent.files, now)
    if (paths.length === 0) return undefined
    return { code: 'AGENT_CORRUPT', event: 'agent-corrupt', paths }
  }

  async #checkSlot(slot: SlotName): Promise<Damage | undefined> {
    const { baseline, slots } = this.#options
    if (slots === undefined) return undefined
    const described = await slots.describe(slot)
    const before = (await baseline.load()).slots[slot]
    if (before === undefined) {
      if (described === undefined) return undefined
      await baseline.change((all) => ({ ...all, slots: { ...all.slots, [slot]: described } }))
      await this.#noteTaken(`slot ${slot}`, described.version)
    }
    const right = before ?? described
    if (right === undefined) return undefined
    const paths =
      JSON.stringify(described) === JSON.stringify(right)
        ? await slots.damaged(slot, right, this.#hash)
        : [`${slot}.json`]
    if (paths.length === 0) return undefined
    return { code: 'SLOT_CORRUPT', event: 'slot-corrupt', paths, slot }
  }

  async #checkConfiguration(): Promise<void> {
    const { baseline, configurationFiles, activity, run, log } = this.#options
    const now = known(Object.fromEntries(await Promise.all(configurationFiles.map(smallHash))))
    const { configuration } = await baseline.load()
    const paths = configuration === undefined ? [] : differences(configuration, now)
    if (configuration !== undefined && paths.length === 0) return
    await baseline.change((before) => ({ ...before, configuration: now }))
    if (configuration === undefined) return this.#noteTaken('configuration', '')
    for (const file of paths) {
      log.write('warning', 'configuration-drift', { file })
      const facts = { file }
      const entry = { class: 'configuration', event: 'configuration-drift', by: 'agent' } as const
      await activity.record({ ...entry, facts })
      await run.reportFinding({ code: 'CONFIGURATION_DRIFT', facts })
    }
  }

  async #hashesOf(paths: readonly string[]): Promise<Record<string, string | undefined>> {
    const hashes: [string, string | undefined][] = []
    for (const path of paths) hashes.push([path, await this.#hash.of(path)])
    return Object.fromEntries(hashes)
  }

  async #noteTaken(of: string, version: string): Promise<void> {
    const facts = { of, ...(version === '' ? {} : { version }) }
    const entry = { class: 'security', event: 'baseline-taken', by: 'agent' } as const
    await this.#options.activity.record({ ...entry, facts })
  }
}

/** A few kilobytes at most, and the agent reads them at its start anyway. */
async function smallHash(path: string): Promise<[string, string | undefined]> {
  const bytes = await readFile(path).catch(() => undefined)
  return [path, bytes === undefined ? undefined : sha256Hex(bytes)]
}

function known(hashes: Readonly<Record<string, string | undefined>>): Hashes {
  return Object.fromEntries(
    Object.entries(hashes).flatMap(([path, hash]) => (hash === undefined ? [] : [[path, hash]])),
  )
}

function factsOf({ event, paths, slot }: Damage, version: string) {
  const next =
    event === 'slot-corrupt'
      ? `offer release ${version} or a later one: it is installed into the other slot`
      : 'install the package of the agent again'
  return {
    ...(slot === undefined ? {} : { slot, version }),
    path: paths[0] ?? '',
    count: paths.length,
    next,
  }
}
