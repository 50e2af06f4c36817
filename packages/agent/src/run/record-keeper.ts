/**
 * The record as it stands on the disk. Nothing may go on from one that is only in memory, so a save
 * is tried until it is durable or the run ends.
 */
import { DeviceError } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Ports } from '../ports.ts'

export interface RecordKeeping {
  readonly ports: Pick<Ports, 'store' | 'timer' | 'chance' | 'log'>
  /** The saved record, or that of a first start. */
  readonly record: AgentRecord
  readonly backoff: Backoff
  /** Aborts when the run is over. */
  readonly end: AbortSignal
  /** Gives up what can be had again. */
  freeDisk(): Promise<void>
}

export class RecordKeeper {
  readonly #keeping: RecordKeeping
  #record: AgentRecord

  constructor(keeping: RecordKeeping) {
    this.#keeping = keeping
    this.#record = keeping.record
  }

  get record(): AgentRecord {
    return this.#record
  }

  /** Resolves once a power loss can no longer undo it; rejects when the run ended before. */
  async save(record: AgentRecord): Promise<void> {
    const { ports, backoff, end, freeDisk } = this.#keeping
    for (let failures = 1; ; failures += 1) {
      try {
        await ports.store.save(record)
        this.#record = record
        return
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error
        ports.log.write('error', 'record-not-saved', { code: error.code, ...error.facts })
        if (error.code === 'DISK_FULL' && failures === 1) await freeDisk()
        await ports.timer.wait(backoffMs(failures, backoff, ports.chance.share()), end)
        if (end.aborted) throw error
      }
    }
  }
}
