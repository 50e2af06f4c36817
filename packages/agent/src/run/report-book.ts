/**
 * Writes reports into the record (protocol §7): signed and numbered there before they can be sent,
 * so no number is ever used twice. Saving the record is the run's.
 */
import { codeOf, type Report } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { flooredSeconds, isClockUnsure } from '../core/clock-floor.ts'
import { type Occasion, reportOf, reportsAfter } from '../core/report.ts'
import type { Ports } from '../ports.ts'
import type { AgentDevice } from './agent-device.ts'
import type { RunningSlot } from './running-slot.ts'

export interface ReportBookOptions {
  readonly ports: Pick<
    Ports,
    'systemClock' | 'chance' | 'releases' | 'reportSigner' | 'log' | 'activity'
  >
  readonly device: AgentDevice
  /** Asked for each report: what changed meanwhile is told by the next one. */
  inventory(): Readonly<Record<string, string>>
  readonly running: RunningSlot
  /** What the last check found; undefined before the first. */
  integrity(): Report['integrity']
}

/** What is told; time, nonce and the state of the clock are added here. */
export type News = Pick<Occasion, 'about'> & Partial<Occasion>

/** A flood of forged messages must not wear out the flash: one report per code in this time. */
const REFUSAL_PAUSE_MS = 60_000

export class ReportBook {
  readonly #options: ReportBookOptions
  readonly #refusalsMs = new Map<string, number>()

  constructor(options: ReportBookOptions) {
    this.#options = options
  }

  async withReport(record: AgentRecord, news: News): Promise<AgentRecord> {
    const { systemClock, chance, releases, reportSigner, log, activity } = this.#options.ports
    const { device, inventory, running, integrity } = this.#options
    const report = reportOf(
      record,
      {
        product: device.product,
        device: device.device,
        defaults: device.defaults,
        telemetry: device.telemetry ?? 'minimal',
        version: running.version,
        metadata: releases.versions(),
        inventory: { ...inventory(), slot: running.slot },
      },
      {
        now: flooredSeconds(systemClock.systemMs(), record.clockFloor),
        nonce: chance.nonce(),
        ...present('log', activity.claim(record.reports.log)),
        ...present('integrity', integrity()),
        clockUnsure: isClockUnsure(systemClock.systemMs(), record.clockFloor),
        ...news,
      },
    )
    try {
      const token = await reportSigner.sign(report)
      const reports = reportsAfter(record.reports, { report, token, about: news.about })
      return { ...record, reports }
    } catch (error) {
      // A report that cannot be made must not hold up a security update.
      const failure = codeOf(error)
      if (failure === undefined) throw error
      log.write('error', 'report-not-made', { code: failure.code, ...failure.facts })
      return record
    }
  }

  /** The very same record when a start has nothing new to say; a first one has everything. */
  async withIntroduction(record: AgentRecord): Promise<AgentRecord> {
    const introduced = await this.withReport(record, { about: 'state' })
    const isKnown = introduced.reports.inventoryDigest === record.reports.inventoryDigest
    return isKnown ? record : introduced
  }

  /** What happened while no report could be made: told once, in the same save that forgets it. */
  async withPendingEvents(record: AgentRecord): Promise<AgentRecord> {
    let told = record
    for (const pending of record.events ?? []) {
      const after = await this.withReport(told, { about: 'state', event: pending.event })
      if (after === told) return told
      const { events = [], ...others } = after
      const left = events.filter(({ id }) => id !== pending.id)
      told = left.length === 0 ? others : { ...others, events: left }
    }
    return told
  }

  /** The very same record when the like was reported a moment ago. Logs each. */
  async withRefusal(
    record: AgentRecord,
    refused: NonNullable<Report['refused']>,
    error: unknown,
  ): Promise<AgentRecord> {
    const { log, systemClock, activity } = this.#options.ports
    const failure = codeOf(error)
    if (failure === undefined) throw error
    const { code, facts } = failure
    log.write('warning', 'refused', { what: refused, code, ...facts })
    const event = `${refused}-refused` as const
    await activity.record({ class: 'security', event, by: 'server', facts: { ...facts, code } })
    const key = `${refused} ${code}`
    const nowMs = systemClock.systemMs()
    const lastMs = this.#refusalsMs.get(key)
    if (lastMs !== undefined && Math.abs(nowMs - lastMs) < REFUSAL_PAUSE_MS) return record
    this.#refusalsMs.set(key, nowMs)
    return this.withReport(record, { about: 'refusal', refused, failure })
  }
}

function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }
}
