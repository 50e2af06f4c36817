/**
 * Takes reports in: verifies each with the key on record, then writes many of them in one transaction, after
 * about 20 ms or when the batch is full. A report's promise settles when its transaction has: whoever
 * acknowledges it to the device may rely on that.
 */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, TrustError, verifyReport } from '@fleetward/shared'
import type { DeviceIdentity } from '../../broker/broker.ts'
import { observe } from '../../observability/observe.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { DeviceStore, PresenceChange, ReportVerdict } from '../device-store.ts'
import type { Suspected } from './clone-alarm.ts'
import type { Sighting } from './clone-watch.ts'
import type { ReceivedReport } from './report-chain.ts'
import type { ReportKeys } from './report-keys.ts'

export const REPORT_WINDOW_MS = 20
const BATCH_MAX_COUNT = 500
/** Beyond this many unwritten reports the database is not keeping up; devices keep theirs and come again. */
const WAITING_MAX_COUNT = 20_000
/** Of one device in one batch. */
const SIGHTINGS_MAX_COUNT = 16

interface Waiting {
  readonly verified: Promise<ReceivedReport>
  readonly settle: PromiseWithResolvers<ReportVerdict>
}

export class ReportsBacklogged extends Error {
  override readonly name = 'ReportsBacklogged'
}

export interface IngestionPorts {
  readonly store: DeviceStore
  readonly keys: ReportKeys
  readonly clock: Clock
  readonly windowMs?: number
  /** A report changed what rules ask for. */
  readonly changed?: (product: string, device: string) => void
  readonly suspected?: (suspected: Suspected) => void
}

export class ReportIngestion {
  readonly #ports: IngestionPorts
  #waiting: Waiting[] = []
  #presence = new Map<string, PresenceChange>()
  #writing: Promise<void> | undefined
  readonly #full = new Set<() => void>()

  constructor(ports: IngestionPorts) {
    this.#ports = ports
  }

  /** Taken and not written yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** TrustError: the report is refused and will always be. Anything else: it may come again. */
  take(who: DeviceIdentity, token: string): Promise<ReportVerdict> {
    if (this.#waiting.length >= WAITING_MAX_COUNT) return Promise.reject(new ReportsBacklogged())
    const settle = Promise.withResolvers<ReportVerdict>()
    const verified = this.#verify(who, token)
    // Looked at when the batch is written; until then a refusal is no unhandled rejection.
    verified.catch(() => {})
    this.#waiting.push({ verified, settle })
    this.#schedule()
    return settle.promise
  }

  presence(device: string, online: boolean): void {
    this.#presence.set(device, { ...this.#presence.get(device), online })
    this.#schedule()
  }

  /** It has a new connection. Written with its presence, which whoever tells this tells at once. */
  came(device: string): void {
    const before = this.#presence.get(device)
    this.#presence.set(device, { ...before, connections: (before?.connections ?? 0) + 1 })
    this.#schedule()
  }

  /** A sign of where the device is, or that there are two of it. */
  sighted(device: string, sighting: Sighting): void {
    const before = this.#presence.get(device)
    const sightings = before?.sightings ?? []
    // A flood of signs says no more than a few of them.
    if (sightings.length >= SIGHTINGS_MAX_COUNT) return
    this.#presence.set(device, { ...before, sightings: [...sightings, sighting] })
    this.#schedule()
  }

  noteRefused(device: string): void {
    const before = this.#presence.get(device)
    this.#presence.set(device, { ...before, refusedReports: (before?.refusedReports ?? 0) + 1 })
    this.#schedule()
  }

  /** Resolves when everything taken so far is written. */
  async flushed(): Promise<void> {
    while (this.#waiting.length > 0 || this.#presence.size > 0 || this.#writing !== undefined) {
      this.#schedule()
      this.#wake()
      await this.#writing
    }
  }

  #schedule(): void {
    if (this.#waiting.length >= BATCH_MAX_COUNT) this.#wake()
    this.#writing ??= this.#writeSoon().finally(() => {
      this.#writing = undefined
      if (this.#waiting.length > 0 || this.#presence.size > 0) this.#schedule()
    })
  }

  #wake(): void {
    for (const wake of this.#full) wake()
  }

  async #writeSoon(): Promise<void> {
    const { promise: full, resolve } = Promise.withResolvers<void>()
    const over = new AbortController()
    this.#full.add(resolve)
    const window = sleep(this.#ports.windowMs ?? REPORT_WINDOW_MS, undefined, {
      signal: over.signal,
    }).catch(() => {})
    await Promise.race([window, full])
    over.abort()
    this.#full.delete(resolve)
    await this.#writeReports(this.#waiting.splice(0, BATCH_MAX_COUNT))
    await this.#writePresence()
  }

  async #writeReports(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return
    const verified = await Promise.allSettled(batch.map((waiting) => waiting.verified))
    const good: { received: ReceivedReport; settle: Waiting['settle'] }[] = []
    for (const [index, { settle }] of batch.entries()) {
      const outcome = verified[index]
      if (outcome?.status === 'fulfilled') good.push({ received: outcome.value, settle })
      else settle.reject(outcome?.reason)
    }
    if (good.length === 0) return
    try {
      const { verdicts, changed } = await observe('reportBatch', { reports: good.length }, () =>
        this.#ports.store.takeReports(
          good.map(({ received }) => received),
          this.#nowSeconds(),
        ),
      )
      for (const [index, { settle }] of good.entries())
        settle.resolve(verdicts[index] ?? 'replayed')
      for (const { product, device } of changed) this.#ports.changed?.(product, device)
    } catch (error) {
      for (const { settle } of good) settle.reject(error)
    }
  }

  async #writePresence(): Promise<void> {
    if (this.#presence.size === 0) return
    const changes = this.#presence
    this.#presence = new Map()
    // Lost when the database fails: it is a view of the moment, and the next change corrects it.
    const suspected = await this.#ports.store
      .notePresence(changes, this.#nowSeconds())
      .catch(() => [])
    for (const each of suspected) this.#ports.suspected?.(each)
  }

  async #verify(who: DeviceIdentity, token: string): Promise<ReceivedReport> {
    const { device, product } = who
    const { keys } = this.#ports
    const verifyWith = async (candidates: readonly CryptoKey[]) => {
      let refusal: unknown
      for (const key of candidates) {
        try {
          const expected = { key, product, device, now: this.#nowSeconds() }
          const report = await verifyReport(token, expected)
          return { device, product, report, token, digest: digestOf(token) }
        } catch (error) {
          refusal = error
          if (codeOf(error)?.code !== 'TOKEN_SIGNATURE_INVALID') throw error
        }
      }
      throw refusal ?? new TrustError('TOKEN_KEY_UNKNOWN', { device })
    }
    try {
      return await verifyWith(await keys.of(product, device))
    } catch (error) {
      const { code } = codeOf(error) ?? {}
      if (code !== 'TOKEN_SIGNATURE_INVALID' && code !== 'TOKEN_KEY_UNKNOWN') throw error
      // The device may have renewed its certificate since its keys were looked up.
      keys.forget(device)
      return await verifyWith(await keys.of(product, device))
    }
  }

  #nowSeconds(): number {
    return secondsOf(this.#ports.clock)
  }
}

/** The `tokenDigest` of the protocol, by a faster hand: it is reckoned for every report. */
function digestOf(token: string): string {
  return hash('sha256', token.slice(0, token.lastIndexOf('.')), 'hex')
}
