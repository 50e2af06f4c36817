/**
 * How fast strangers may write. Whoever floods is slowed by address and by network; when a day is half full, networks
 * that have sent nothing are let in first, so that a flood from some places does not shut out the one report that
 * matters. Nobody is asked to prove that he is human. In memory, each server for itself; the day is counted in the
 * database.
 */
import { isIPv4 } from 'node:net'
import { type BucketRate, TokenBuckets } from '../admission/token-bucket.ts'
import { placeOf } from '../devices/reports/place.ts'
import { HttpError } from '../http/problem.ts'
import { Newcomers } from './newcomers.ts'

/** With every field full these are some 40 MiB. */
export const REPORTS_PER_DAY_MAX_COUNT = 400
/** By reporters, to all reports of the last day together. */
export const MESSAGES_PER_DAY_MAX_COUNT = 2_000
export const MESSAGES_PER_REPORT_AND_DAY_MAX_COUNT = 20

const ADDRESSES_MAX_COUNT = 20_000
const HOUR_SECONDS = 3_600
/** Forms sent, whatever they hold: mistakes are made and mended. */
const FORMS: BucketRate = { burst: 30, perSecond: 1 / 10 }
const REPORTS: BucketRate = { burst: 5, perSecond: 1 / HOUR_SECONDS }
const NETWORK_REPORTS: BucketRate = { burst: 20, perSecond: 4 / HOUR_SECONDS }
const WRONG_CODES: BucketRate = { burst: 10, perSecond: 1 / 60 }
/** Bodies under way, so that slow senders fill no memory. */
const AT_ONCE_PER_PLACE = 2
const AT_ONCE_MAX_COUNT = 256
const BUSY_SECONDS = 30

export class ReportPace {
  readonly #forms: TokenBuckets
  readonly #reports: TokenBuckets
  readonly #networkReports: TokenBuckets
  readonly #newcomers: Newcomers
  readonly #wrongCodes: TokenBuckets
  readonly #underWay = new Map<string, number>()
  #underWayCount = 0

  constructor(nowMs: () => number) {
    const buckets = (rate: BucketRate) =>
      new TokenBuckets(rate, { maxKeys: ADDRESSES_MAX_COUNT, nowMs })
    this.#forms = buckets(FORMS)
    this.#reports = buckets(REPORTS)
    this.#networkReports = buckets(NETWORK_REPORTS)
    this.#newcomers = new Newcomers(nowMs, ADDRESSES_MAX_COUNT)
    this.#wrongCodes = buckets(WRONG_CODES)
  }

  /** Around everything that reads a form. */
  async through<Result>(address: string, work: () => Promise<Result>): Promise<Result> {
    const who = sender(address)
    if (!this.#forms.take(who)) throw tooFast(FORMS)
    const own = this.#underWay.get(who) ?? 0
    if (own >= AT_ONCE_PER_PLACE || this.#underWayCount >= AT_ONCE_MAX_COUNT) throw busy()
    this.#underWay.set(who, own + 1)
    this.#underWayCount += 1
    try {
      return await work()
    } finally {
      this.#underWayCount -= 1
      const left = (this.#underWay.get(who) ?? 1) - 1
      if (left === 0) this.#underWay.delete(who)
      else this.#underWay.set(who, left)
    }
  }

  /** Before a report is written; `today`: how many came within a day. */
  takeReport(address: string, today: number): void {
    const who = sender(address)
    const network = networkOf(address)
    if (today >= REPORTS_PER_DAY_MAX_COUNT) throw inboxFull()
    if (!this.#reports.has(who)) throw tooFast(REPORTS)
    if (!this.#networkReports.has(network)) throw tooFast(NETWORK_REPORTS)
    const isNew = this.#newcomers.isNew(address)
    if (today >= REPORTS_PER_DAY_MAX_COUNT / 2 && !isNew) throw inboxFull()
    this.#reports.take(who)
    this.#networkReports.take(network)
  }

  requireMayTryCodes(address: string): void {
    if (!this.#wrongCodes.has(sender(address))) throw tooFast(WRONG_CODES)
  }

  wrongCode(address: string): void {
    this.#wrongCodes.take(sender(address))
  }
}

/** An IPv6 line has more addresses than anybody can count: its network is one. */
export function sender(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIPv4(plain) ? plain : networkOf(address)
}

function networkOf(address: string): string {
  return placeOf(address) ?? ''
}

function tooFast({ perSecond }: BucketRate): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', 'Too many requests; wait as Retry-After says', {
    facts: { waitSeconds: Math.ceil(1 / perSecond) },
  })
}

function busy(): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', 'Too many requests; wait as Retry-After says', {
    facts: { waitSeconds: BUSY_SECONDS },
  })
}

export function inboxFull(): HttpError {
  return new HttpError(
    503,
    'REPORT_INBOX_FULL',
    'The form takes nothing more today. Write to the contact of security.txt',
  )
}
