/** The activity log of a running agent: opened as the owner decided, and what watches for it. */
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { AgentRecord } from '../core/agent-record.ts'
import type { Log, SystemClock } from '../ports.ts'
import { ClockWatch } from './clock-watch.ts'
import { FileActivityLog } from './file-activity-log.ts'

/** Until factory settings say otherwise. */
const RETENTION_DAYS_DEFAULT = 365
/** What a record that was lost goes on with (protocol §7). */
const LOST_RECORD = '0'.repeat(64)

export interface DeviceActivityOptions {
  readonly dataFolder: string
  readonly systemClock: SystemClock
  readonly log: Log
  readonly record: AgentRecord
  readonly agentVersion: string
  readonly retentionDays?: number
}

export class DeviceActivity {
  readonly log: FileActivityLog
  readonly #clockWatch: ClockWatch

  private constructor(log: FileActivityLog, clockWatch: ClockWatch) {
    this.log = log
    this.#clockWatch = clockWatch
  }

  static async open(options: DeviceActivityOptions): Promise<DeviceActivity> {
    const { dataFolder, systemClock, record, agentVersion } = options
    const uptimeMs = () => Math.floor(uptime() * 1000)
    const log = await FileActivityLog.open({
      folder: activityFolder(dataFolder),
      systemClock,
      uptimeMs,
      log: options.log,
      retentionDays: options.retentionDays ?? RETENTION_DAYS_DEFAULT,
      off: record.owner.logClassesOff ?? [],
      told: record.reports.log,
    })
    const facts = { agent: agentVersion, node: process.version }
    await log.record({ class: 'security', event: 'agent-started', by: 'agent', facts })
    if (record.reports.prev === LOST_RECORD) {
      await log.record({ class: 'security', event: 'record-lost', by: 'agent' })
    }
    return new DeviceActivity(log, new ClockWatch(log, systemClock, uptimeMs))
  }

  /** Last: whatever stops before it may have something to record. */
  async stop(): Promise<void> {
    this.#clockWatch.stop()
    await this.log.record({ class: 'security', event: 'agent-stopped', by: 'agent' })
    await this.log.close()
  }
}

export function activityFolder(dataFolder: string): string {
  return join(dataFolder, 'activity')
}
