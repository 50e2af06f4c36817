/** What happens to what devices say, whichever broker it came through. */
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '@fleetward/shared'
import type { Logger } from 'pino'
import { TokenBuckets } from '../../admission/token-bucket.ts'
import type { DeviceIdentity, DeviceTraffic } from '../../broker/broker.ts'
import type { EnrolmentStore } from '../../enrolment/enrolment-store.ts'
import { reportEnded } from '../../observability/observe.ts'
import type { CommandDispatch } from '../command-dispatch.ts'
import type { ReportVerdict } from '../device-store.ts'
import { placeOf } from './place.ts'
import type { ReportIngestion } from './report-ingestion.ts'

/** A device's whole outbox at once (OUTBOX_MAX_COUNT), then a pace that no update needs. */
export const REPORT_RATE = { burst: 256, perSecond: 10 } as const
const DEVICES_MAX_COUNT = 50_000
/** A device that goes on asking for a cohort it is not in is told so once a minute. */
const REMINDER_RATE = { burst: 1, perSecond: 1 / 60 } as const

export interface TrafficPorts {
  readonly ingestion: ReportIngestion
  readonly commands: CommandDispatch
  readonly enrolments: EnrolmentStore
  readonly log: Logger
}

export class Traffic implements DeviceTraffic {
  readonly #ports: TrafficPorts
  readonly #reportRate: TokenBuckets
  readonly #reminderRate: TokenBuckets
  /** Where each was last seen by this server: only what changes is written. */
  readonly #places = new Map<string, string>()

  constructor(ports: TrafficPorts) {
    this.#ports = ports
    const options = { maxKeys: DEVICES_MAX_COUNT, nowMs: () => performance.now() }
    this.#reportRate = new TokenBuckets(REPORT_RATE, options)
    this.#reminderRate = new TokenBuckets(REMINDER_RATE, options)
  }

  /**
   * A flood is made to wait, and with it the one connection it comes from: the broker reads nothing more of
   * that device until this settles. A refused report is acknowledged all the same: the same bytes would be
   * refused again.
   */
  async report(who: DeviceIdentity, token: string): Promise<void> {
    const waitMs = this.#reportRate.reserveMs(who.device)
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false })
    await this.#takeOrRefuse(who, token)
  }

  /**
   * Of a connection that many devices share a flood must not hold up the others: what is above the rate is
   * refused for good, and the gap in its numbers shows.
   */
  async reportFromCrowd(who: DeviceIdentity, token: string): Promise<void> {
    if (!this.#reportRate.take(who.device)) {
      this.#ports.ingestion.noteRefused(who.device)
      reportEnded('limited')
      return
    }
    await this.#takeOrRefuse(who, token)
  }

  /** The same without the wait; TrustError when it is refused. */
  async take(who: DeviceIdentity, token: string): Promise<ReportVerdict> {
    try {
      const verdict = await this.#ports.ingestion.take(who, token)
      reportEnded(verdict)
      if (verdict === 'conflicting' || verdict === 'replayed') {
        this.#ports.log.warn({ device: who.device, verdict }, 'report out of order')
        const kind = verdict === 'conflicting' ? 'conflict' : 'wentBack'
        this.#ports.ingestion.sighted(who.device, { kind })
      }
      return verdict
    } catch (error) {
      const refusal = codeOf(error)
      if (refusal !== undefined) {
        this.#ports.log.warn({ device: who.device, ...refusal }, 'report refused')
        this.#ports.ingestion.noteRefused(who.device)
        reportEnded('refused')
      }
      throw error
    }
  }

  /** Whether the device may send a report by HTTPS now; there it is told to wait instead. */
  mayReport(device: string): boolean {
    return this.#reportRate.take(device)
  }

  connected({ device }: DeviceIdentity, address: string | undefined): void {
    const place = placeOf(address)
    if (place === undefined || this.#places.get(device) === place) return
    if (this.#places.size >= DEVICES_MAX_COUNT) this.#places.clear()
    this.#places.set(device, place)
    this.#ports.ingestion.sighted(device, { kind: 'connected', place })
  }

  came({ device }: DeviceIdentity): void {
    this.#ports.ingestion.came(device)
  }

  presence({ device }: DeviceIdentity, online: boolean): void {
    this.#ports.ingestion.presence(device, online)
  }

  listening({ product, device }: DeviceIdentity): void {
    this.#ports.ingestion.presence(device, true)
    void this.#ports.commands.deliver(product, device)
  }

  letIn({ product, device }: DeviceIdentity): void {
    void this.#ports.commands.remind({ product, device, command: 'check-now', arguments: {} })
  }

  strayed({ product, device }: DeviceIdentity): void {
    if (!this.#reminderRate.take(device)) return
    void this.#remindOfCohort(product, device)
  }

  async #takeOrRefuse(who: DeviceIdentity, token: string): Promise<void> {
    try {
      await this.take(who, token)
    } catch (error) {
      if (codeOf(error) === undefined) throw error
    }
  }

  async #remindOfCohort(product: string, device: string): Promise<void> {
    try {
      const known = await this.#ports.enrolments.findDevice(device)
      // In quarantine it asks in vain, whatever it is told.
      if (known === undefined || known.isQuarantined) return
      const { cohort } = known
      await this.#ports.commands.want({ product, device, command: 'assign', arguments: { cohort } })
    } catch (error) {
      this.#ports.log.error({ err: error, device }, 'the cohort could not be sent')
    }
  }
}
