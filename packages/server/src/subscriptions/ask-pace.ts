/**
 * How fast strangers may ask: by address and by network, and when a day is half full, only networks that have asked for
 * nothing yet: a flood from some places uses up its half, and not the other one. In memory, each server for itself; the
 * day is counted in the database.
 */
import { type BucketRate, TokenBuckets } from '../admission/token-bucket.ts'
import { placeOf } from '../devices/reports/place.ts'
import { Newcomers } from '../disclosure/newcomers.ts'
import { sender } from '../disclosure/report-pace.ts'
import { HttpError } from '../http/problem.ts'
import { ASKED_PER_DAY_MAX_COUNT } from './subscription.ts'

const PLACES_MAX_COUNT = 20_000
const HOUR_SECONDS = 3_600
const ASKING: BucketRate = { burst: 10, perSecond: 10 / HOUR_SECONDS }
const NETWORK_ASKING: BucketRate = { burst: 30, perSecond: 20 / HOUR_SECONDS }

export class AskPace {
  readonly #asking: TokenBuckets
  readonly #networkAsking: TokenBuckets
  readonly #newcomers: Newcomers

  constructor(nowMs: () => number) {
    const buckets = (rate: BucketRate) =>
      new TokenBuckets(rate, { maxKeys: PLACES_MAX_COUNT, nowMs })
    this.#asking = buckets(ASKING)
    this.#networkAsking = buckets(NETWORK_ASKING)
    this.#newcomers = new Newcomers(nowMs, PLACES_MAX_COUNT)
  }

  /** `today`: mails that ask for a confirmation, of all within a day. Looks at nothing that was asked for. */
  take(address: string, today: number): void {
    const who = sender(address)
    const network = placeOf(address) ?? ''
    if (!this.#asking.has(who)) throw tooFast(ASKING)
    if (!this.#networkAsking.has(network)) throw tooFast(NETWORK_ASKING)
    const isNew = this.#newcomers.isNew(address)
    if (today >= ASKED_PER_DAY_MAX_COUNT / 2 && !isNew) throw full()
    this.#asking.take(who)
    this.#networkAsking.take(network)
  }
}

export function full(): HttpError {
  return new HttpError(
    503,
    'SUBSCRIPTIONS_FULL',
    'No more subscriptions are taken today; try again tomorrow',
  )
}

function tooFast({ perSecond }: BucketRate): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', 'Too many requests; wait as Retry-After says', {
    facts: { waitSeconds: Math.ceil(1 / perSecond) },
  })
}
