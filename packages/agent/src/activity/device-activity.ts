/** The activity log of a running agent: opened as the owner decided, and what watches for it. */
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { AgentRecord } from '../core/agent-record.ts'
import type { Backoff } from '../core/backoff.ts'
import type { ActivityClass, Chance, Log, SystemClock, Timer } from '../ports.ts'
import { ClockWatch } from './clock-watch.ts'
import { FileActivityLog } from './file-activity-log.ts'
import { LogSink } from './log-sink.ts'
import type { LogSinkSettings } from './log-sink-settings.ts'

/** What a record that was lost goes on with (protocol §7). */
const LOST_RECORD = '0'.repeat(64)

export interface DeviceActivityOptions {
  readonly dataFolder: string
  readonly systemClock: SystemClock
  readonly log: Log
  readonly record: AgentRecord
  readonly agentVersion: string
  readonly device: string
  readonly sink: LogSinkSettings | undefined
  readonly timer: Timer
  readonly chance: Chance
  readonly backoff: Backoff
  /** As the factory settings have it. */
  readonly defaults: {
    readonly classesOff: readonly ActivityClass[]
    readonly retentionDays: number
  }
}

export class DeviceActivity {
  readonly log: FileActivityLog
  readonly #clockWatch: ClockWatch
  readonly #end = new AbortController()
  #sending: Promise<void> = Promise.resolve()

  private constructor(log: FileActivityLog, clockWatch: ClockWatch) {
    this.log = log
    this.#clockWatch = clockWatch
  }

  static async open(options: DeviceActivityOptions): Promise<DeviceActivity> {
    const { dataFolder, systemClock, record, agentVersion, defaults } = options
    const uptimeMs = () => Math.floor(uptime() * 1000)
    let sink: LogSink | undefined
    const log = await FileActivityLog.open({
      folder: activityFolder(dataFolder),
      systemClock,
      uptimeMs,
      log: options.log,
      retentionDays: defaults.retentionDays,
      off: record.owner.logClassesOff ?? defaults.classesOff,
      told: record.reports.log,
      onDurable: () => sink?.wake(),
    })
    const facts = { agent: agentVersion, node: process.version }
    await log.record({ class: 'security', event: 'agent-started', by: 'agent', facts })
    if (record.reports.prev === LOST_RECORD) {
      await log.record({ class: 'security', event: 'record-lost', by: 'agent' })
    }
    const activity = new DeviceActivity(log, new ClockWatch(log, systemClock, uptimeMs))
    sink = activity.#beginSending(options)
    return activity
  }

  #beginSending(options: DeviceActivityOptions): LogSink | undefined {
    const { sink: settings, device, dataFolder, timer, chance, backoff, log } = options
    if (settings === undefined) return undefined
    const sink = new LogSink({
      settings,
      activity: this.log,
      folder: activityFolder(dataFolder),
      ...{ device, timer, chance, backoff, log, signal: this.#end.signal },
    })
    this.#sending = sink.run().catch((error: unknown) => {
      // The device goes on without its log server.
      log.write('error', 'log-sink-ended', { reason: String(error) })
    })
    return sink
  }

  /** Last: whatever stops before it may have something to record. */
  async stop(): Promise<void> {
    this.#clockWatch.stop()
    this.#end.abort()
    await this.#sending
    await this.log.record({ class: 'security', event: 'agent-stopped', by: 'agent' })
    await this.log.close()
  }
}

export function activityFolder(dataFolder: string): string {
  return join(dataFolder, 'activity')
}
