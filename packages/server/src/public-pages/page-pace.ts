/**
 * How often one address may ask for what the public reads, so that none of them keeps the server from answering others. A
 * browser, a reader of feeds and an export of the site stay far below it, or wait as they are told. Metadata and artifacts
 * have none of it: a whole fleet may stand behind one address. In memory, each server for itself.
 */
import { ipKeyGenerator } from 'express-rate-limit'
import { type BucketRate, TokenBuckets } from '../admission/token-bucket.ts'
import { addressOf, isLoopback } from '../http/address.ts'
import { HttpError } from '../http/problem.ts'
import type { Route } from '../http/routing.ts'

const PAGES: BucketRate = { burst: 600, perSecond: 30 }
const ADDRESSES_MAX_COUNT = 20_000
/** Thirty of them come within it. */
const RETRY_AFTER_SECONDS = '1'

export class PagePace {
  readonly #pages: TokenBuckets

  constructor(nowMs: () => number) {
    this.#pages = new TokenBuckets(PAGES, { maxKeys: ADDRESSES_MAX_COUNT, nowMs })
  }

  /** The same route; 429 before any of its work. */
  before(route: Route): Route {
    return {
      ...route,
      handle: async (exchange) => {
        const address = addressOf(exchange.request)
        // Of whom nothing is known nothing is counted; this machine has itself already.
        const isCounted = address !== undefined && !isLoopback(address)
        // An IPv6 line has more addresses than anybody can count: the /56 of it is one.
        if (isCounted && !this.#pages.take(ipKeyGenerator(address))) {
          exchange.response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
          throw tooFast()
        }
        await route.handle(exchange)
      },
    }
  }
}

function tooFast(): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', 'Too many requests; wait as Retry-After says', {
    facts: { perSecond: PAGES.perSecond },
  })
}
