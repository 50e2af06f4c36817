/**
 * A change that is sent again with the same `Idempotency-Key` is not carried out again: it gets the answer of the
 * first time, also after a restart (protocol §11). The key is noted before the change begins. What was refused took no
 * effect, so its key is free again; of what was cut off in the middle nobody knows, and the answer says so.
 */
import { createHash } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { type Clock, secondsOf } from '../ports.ts'
import { permitOf } from './door/permit.ts'
import type { KeptAnswer, KeptAnswerStore } from './kept-answer-store.ts'
import { HttpError } from './problem.ts'

const KEPT_SECONDS = 86_400
/** Nothing that takes a key works longer; a request that did was cut off. */
const UNDER_WAY_SECONDS = 60
const KEY = /^[\x21-\x7e]{1,255}$/
/** GET and DELETE repeat without harm; PUT carries files under their own digest. */
const METHODS: readonly string[] = ['POST', 'PATCH']
const HEADERS = ['content-type', 'etag', 'location', 'link'] as const

export interface IdempotencyNeeds {
  readonly keptAnswers: KeptAnswerStore
  readonly clock: Clock
  readonly log: Logger
}

/** Behind the guard and the body parser, before the routes. */
export function idempotency({ keptAnswers, clock, log }: IdempotencyNeeds): RequestHandler {
  const repeatable = async (request: Request, response: Response, next: NextFunction) => {
    const key = request.get('idempotency-key') ?? ''
    if (!KEY.test(key)) {
      throw new HttpError(
        400,
        'IDEMPOTENCY_KEY_INVALID',
        'Send 1 to 255 visible ASCII characters as Idempotency-Key',
      )
    }
    const { id: actor, kind } = permitOf(request).actor
    // Strangers are not one another.
    if (kind === 'stranger') return next()
    const requestSha256 = digestOf(request)
    const now = secondsOf(clock)
    await keptAnswers.sweep(now - KEPT_SECONDS)
    const known = await keptAnswers.begin(actor, key, { requestSha256, keptAt: now })
    if (known !== undefined) {
      answerAgain(response, known, requestSha256, now)
      return
    }
    beforeTheEnd(response, async (body) => {
      try {
        const { statusCode: status } = response
        if (status >= 400 && status < 500) return await keptAnswers.forget(actor, key)
        const state = stateOf(request, status)
        const isKept = state === 'kept'
        await keptAnswers.finish(actor, key, {
          ...{ state, status, body: isKept ? body : '' },
          headers: isKept ? headersOf(response) : {},
        })
      } catch (error) {
        // The change is done and must be answered; the key stays under way, and then unknown.
        log.error({ err: error }, 'an answer was not kept for its idempotency key')
      }
    })
    next()
  }
  return (request, response, next) => {
    if (request.headers['idempotency-key'] === undefined || !METHODS.includes(request.method)) {
      return next()
    }
    return repeatable(request, response, next)
  }
}

function answerAgain(
  response: Response,
  known: KeptAnswer,
  requestSha256: string,
  now: number,
): void {
  if (known.requestSha256 !== requestSha256) {
    throw new HttpError(
      422,
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key came with another request before; use a new key for a new request',
    )
  }
  if (known.state === 'secret') {
    throw new HttpError(
      409,
      'IDEMPOTENCY_ANSWER_SECRET',
      'The first request was carried out. Its answer held a secret, which is kept nowhere: remove what it made, and make another',
    )
  }
  if (known.state === 'kept') {
    response.status(known.status).set({ ...known.headers, 'Idempotency-Replayed': 'true' })
    response.end(known.body)
    return
  }
  if (known.state === 'underWay' && now - known.keptAt < UNDER_WAY_SECONDS) {
    throw new HttpError(409, 'IDEMPOTENCY_UNDER_WAY', 'The first request has not ended yet', {
      facts: { seconds: UNDER_WAY_SECONDS },
    })
  }
  throw new HttpError(
    409,
    'IDEMPOTENCY_OUTCOME_UNKNOWN',
    'The first request was cut off. Look whether it took effect, then use a new key',
  )
}

function stateOf(request: Request, status: number): KeptAnswer['state'] {
  if (status >= 500) return 'unknown'
  return permitOf(request).operation.secretAnswer ? 'secret' : 'kept'
}

/** Calls `work` with the whole body before anything of the answer is sent. */
function beforeTheEnd(response: Response, work: (body: string) => Promise<void>): void {
  const end = response.end.bind(response) as (...rest: unknown[]) => Response
  response.end = ((...rest: unknown[]) => {
    const [chunk] = rest
    const body = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk.toString() : ''
    const send = () => void end(...rest)
    work(body).then(send, send)
    return response
  }) as Response['end']
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = response.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function digestOf(request: Request): string {
  return createHash('sha256')
    .update(`${request.method} ${request.originalUrl}\n`)
    .update(JSON.stringify(request.body ?? null))
    .digest('hex')
}
