/**
 * Deletes what has been kept long enough: once a day, on the server that leads, a batch at a time with a breath in
 * between, so that nobody waits for it. Every run can be cut off anywhere; the next one goes on with what is left.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import type { AuditKeys } from '../audit/audit-keys.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { RetentionSettings } from './retention-settings.ts'
import type { DatedKind } from './retention-store.ts'

const DAY_SECONDS = 86_400
const ROWS_AT_ONCE = 500
const DEVICES_AT_ONCE = 500
const AUDIT_AT_ONCE = 2_000
const BREATH_MS = 20
/** Answers are kept a day for who repeats a request; tries at passwords slow down for less than that. */
const SHORT_LIVED_SECONDS = 2 * DAY_SECONDS
const LINKS_SECONDS = 30 * DAY_SECONDS

export interface RetentionNeeds {
  readonly settings: RetentionSettings
  readonly database: Database
  readonly auditKeys: Pick<AuditKeys, 'sign'>
  /** Entries of the audit log behind this one have not been sent to the log server yet; they stay. */
  readonly sentUpTo: () => Promise<number>
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly log: Logger
  readonly breathMs?: number
}

/** What a run deleted, by kind; kinds of which there was nothing are not in it. */
export type Deleted = Readonly<Record<string, number>>

export class RetentionJob {
  readonly #needs: RetentionNeeds
  #ranAt = 0
  #isOver = false

  constructor(needs: RetentionNeeds) {
    this.#needs = needs
  }

  /** When a day has passed since the last run of this process. */
  async tick(): Promise<void> {
    const now = this.#now()
    if (now - this.#ranAt < DAY_SECONDS || !this.#needs.instances.leads()) return
    this.#ranAt = now
    await this.run()
  }

  stop(): void {
    this.#isOver = true
  }

  async run(): Promise<Deleted> {
    const { settings, database, log } = this.#needs
    if (settings.hold) return {}
    const now = this.#now()
    const before = (days: number) => now - days * DAY_SECONDS
    const dated = (kind: DatedKind, at: number) =>
      this.#inBatches(ROWS_AT_ONCE, (limit) => database.retention.deleteDated(kind, at, limit))
    const counts: [string, number][] = [
      ['reports', await this.#deleteReports(before(settings.reportsDays))],
      ['commands', await dated('commands', before(settings.commandsDays))],
      ['stays', await dated('stays', before(settings.staysDays))],
      ['signIns', await dated('sign-ins', before(settings.signInsDays))],
      ['signInTries', await dated('sign-in-tries', now - SHORT_LIVED_SECONDS)],
      ['keptAnswers', await dated('kept-answers', now - SHORT_LIVED_SECONDS)],
      ['oneTimeLinks', await dated('one-time-links', now - LINKS_SECONDS)],
      [
        'webhookDeliveries',
        await this.#inBatches(ROWS_AT_ONCE, (limit) =>
          database.webhooks.deleteDeliveriesBefore(before(settings.deliveriesDays), limit),
        ),
      ],
      [
        'events',
        await this.#inBatches(ROWS_AT_ONCE, (limit) =>
          database.events.deleteBefore(before(settings.eventsDays), limit),
        ),
      ],
      ['auditEntries', await this.#shortenAudit(before(settings.auditDays), now)],
    ]
    const deleted = Object.fromEntries(counts.filter(([, count]) => count > 0))
    if (Object.keys(deleted).length > 0) {
      log.info({ event: 'retention', ...deleted })
      await database.audit.append({
        ...{ at: now, actor: SERVER_ACTOR, action: 'retention.deleted', subject: 'retention' },
        ...{ outcome: 'done', after: deleted },
      })
    }
    return deleted
  }

  async #deleteReports(before: number): Promise<number> {
    let sum = 0
    for (let device: string | undefined = ''; device !== undefined && !this.#isOver; ) {
      const batch = { device, devices: DEVICES_AT_ONCE }
      const { deleted, last } = await this.#needs.database.retention.deleteReports(before, batch)
      sum += deleted
      device = last
      await this.#breathe()
    }
    return sum
  }

  async #inBatches(limit: number, work: (limit: number) => Promise<number>): Promise<number> {
    let sum = 0
    for (let deleted = limit; deleted >= limit && !this.#isOver; sum += deleted) {
      deleted = await work(limit)
      if (deleted >= limit) await this.#breathe()
    }
    return sum
  }

  /** From the oldest on, up to the first entry that has to stay; each batch leaves its signed checkpoint. */
  async #shortenAudit(before: number, now: number): Promise<number> {
    const { database, auditKeys, sentUpTo } = this.#needs
    const head = await database.audit.head()
    // The last entry always stays: there is no chain without one.
    const firstKept = (await database.audit.firstSince(before)) ?? head.seq
    const upTo = Math.min(firstKept - 1, await sentUpTo())
    let sum = 0
    let from = (await database.audit.checkpoint())?.seq ?? 0
    while (from < upTo && !this.#isOver) {
      const [last] = await database.audit.lines(Math.min(from + AUDIT_AT_ONCE, upTo) - 1, 1)
      if (last === undefined || last.seq > upTo) break
      const { seq, hash } = last
      await database.transaction(async (stores) => {
        const token = await auditKeys.sign({ kind: 'checkpoint', seq, hash, at: now }, stores)
        await stores.audit.shorten({ seq, hash, at: now, token })
        await stores.audit.append({
          ...{ at: now, actor: SERVER_ACTOR, action: 'audit.shortened', subject: 'audit' },
          ...{ outcome: 'done', after: { upTo: seq, hash } },
        })
      })
      sum += seq - from
      from = seq
      await this.#breathe()
    }
    return sum
  }

  async #breathe(): Promise<void> {
    await sleep(this.#needs.breathMs ?? BREATH_MS)
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}
