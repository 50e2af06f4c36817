/**
 * Refused attempts, into the audit log: who tried what from where, and why it was refused. One error handler before the
 * one that answers; it changes nothing about the answer.
 */
import { isIPv6 } from 'node:net'
import type { ErrorRequestHandler, Request } from 'express'
import type { Logger } from 'pino'
import { type Actor, strangerActor } from '../accounts/actor.ts'
import { attemptOf, isRefusalKept } from '../http/door/attempt.ts'
import { problemOf } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { RefusalGate, type RefusalSource, type RefusalSummary } from './refusal-gate.ts'

/** Whatever was called. */
const ALWAYS: ReadonlySet<number> = new Set([401, 403])
/** When something was to be changed. */
const ON_WRITES: ReadonlySet<number> = new Set([409, 412, 422, 429])
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
const SUBJECT_MAX_CHARACTERS = 200
/** More than an hour of a flood, while the database is away. */
const UNWRITTEN_MAX_COUNT = 1_000

export interface RefusalNeeds {
  readonly database: Pick<Database, 'audit'>
  readonly clock: Clock
  readonly log: Logger
}

export class Refusals {
  readonly #needs: RefusalNeeds
  readonly #gate = new RefusalGate()
  /** Counted, and the database was away since. */
  #unwritten: (RefusalSummary & { readonly at: number })[] = []

  constructor(needs: RefusalNeeds) {
    this.#needs = needs
  }

  /** Stands between the routes and the handler that answers. */
  readonly handler: ErrorRequestHandler = async (error, request, _response, next) => {
    const { status, code } = problemOf(error)
    if (isNoted(request.method, status, code) && !isRefusalKept(request)) {
      try {
        await this.#note(request, code)
      } catch (failure) {
        // The refusal stands whether or not it can be written down.
        this.#needs.log.error({ err: failure }, 'a refused attempt could not be written down')
      }
    }
    next(error)
  }

  /** Writes down what was only counted in the minute before. */
  async tick(): Promise<void> {
    await this.#write(this.#gate.due(this.#now()))
  }

  async stop(): Promise<void> {
    try {
      await this.#write(this.#gate.flush())
    } catch (error) {
      this.#sayUnwritten(this.#unwritten)
      throw error
    }
  }

  async #note(request: Request, code: string): Promise<void> {
    await this.tick()
    const { actor, product } = attemptOf(request)
    const at = this.#now()
    if (!this.#gate.take(sourceOf(actor), code, at)) return
    // Without the query: it can hold anything, and nothing of it decides who may do what.
    const path = request.originalUrl.split('?', 1)[0] ?? ''
    await this.#needs.database.audit.append({
      ...{ at, actor, product, code, outcome: 'refused', action: 'request.refused' },
      subject: `${request.method} ${path}`.slice(0, SUBJECT_MAX_CHARACTERS),
      requestId: requestIdOf(request),
    })
  }

  async #write(summaries: readonly RefusalSummary[]): Promise<void> {
    this.#unwritten.push(...summaries.map((summary) => ({ ...summary, at: this.#now() })))
    this.#sayUnwritten(this.#unwritten.splice(UNWRITTEN_MAX_COUNT))
    for (;;) {
      const next = this.#unwritten.shift()
      if (next === undefined) return
      const { at, kind, name, count, codes } = next
      try {
        await this.#needs.database.audit.append({
          ...{ at, outcome: 'refused', action: 'request.refusals-counted' },
          actor: strangerActor(kind === 'stranger' ? name : undefined),
          subject: kind === 'known' && name !== undefined ? `account/${name}` : 'address',
          after: { count, codes },
        })
      } catch (error) {
        this.#unwritten.unshift(next)
        throw error
      }
    }
  }

  /** They are in the process log, at least. */
  #sayUnwritten(refusals: readonly RefusalSummary[]): void {
    if (refusals.length === 0) return
    const event = 'refusals-not-written'
    this.#needs.log.error({ event, refusals }, 'refused attempts are not in the audit log')
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}

function isNoted(method: string, status: number, code: string): boolean {
  if (ALWAYS.has(status) || code === 'NO_SUCH_PRODUCT') return true
  return ON_WRITES.has(status) && !READS.has(method)
}

function sourceOf(actor: Actor): RefusalSource {
  if (actor.kind !== 'stranger') return { kind: 'known', name: actor.id }
  return { kind: 'stranger', name: networkOf(actor.address ?? '') }
}

/** One household or server has a whole /64 of addresses (RFC 6177). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? 8 - groups.length - behind.length : 0
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...behind]
  return `${all.slice(0, 4).join(':')}::/64`
}
