/**
 * How many requests the API takes per minute: from one address before anybody asks who is calling, and from one
 * account. Whoever calls from this machine itself is not limited by address, and the machine's token not at all:
 * both have the machine already. Each server counts for itself.
 */
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit'
import { addressOf, isLoopback } from '../address.ts'
import { HttpError } from '../problem.ts'
import { permitOf } from './permit.ts'

const WINDOW_MS = 60_000

export interface RequestLimits {
  readonly perAddress: number
  readonly perAccount: number
}

export function limitPerAddress({ perAddress }: RequestLimits): RequestHandler {
  return limit('address', perAddress, {
    // An IPv6 line has more addresses than anybody can count: the /56 of it is one.
    keyGenerator: (request) => ipKeyGenerator(addressOf(request) ?? ''),
    skip: (request) => isLoopback(addressOf(request) ?? ''),
  })
}

/** Behind the guard. */
export function limitPerAccount({ perAccount }: RequestLimits): RequestHandler {
  return limit('account', perAccount, {
    keyGenerator: (request) => permitOf(request).actor.id,
    skip: (request) => !['session', 'token'].includes(permitOf(request).actor.via),
  })
}

function limit(
  identifier: string,
  perMinute: number,
  which: {
    readonly keyGenerator: (request: Request) => string
    readonly skip: (request: Request) => boolean
  },
): RequestHandler {
  const options: Partial<Options> = {
    ...{ windowMs: WINDOW_MS, limit: perMinute, identifier, keyGenerator: which.keyGenerator },
    // draft-ietf-httpapi-ratelimit-headers-08: RateLimit and RateLimit-Policy
    ...{ standardHeaders: 'draft-8', legacyHeaders: false, validate: false },
    // Retry-After is set by then.
    handler: (_request, _response, next) => {
      next(
        new HttpError(429, 'TOO_MANY_REQUESTS', 'Too many requests; wait as Retry-After says', {
          facts: { perMinute, per: identifier },
        }),
      )
    },
  }
  const limited = rateLimit(options)
  return (request, response, next) =>
    which.skip(request) ? next() : limited(request, response, next)
}
