/**
 * What a rollout keeps of its deadline: what the product's policy gave when somebody last decided about it, and why it
 * is looser if it is. Signed terms are never changed by the server itself. Pure.
 */
import type { Actor } from '../../accounts/actor.ts'
import { HttpError } from '../../http/problem.ts'
import { duration, instant } from '../engine/explain/wording.ts'
import type { DueDeadline } from './deadline-policy.ts'

export interface RolloutTerms {
  readonly due?: DueDeadline
  readonly loosened?: Loosening
}

export interface Loosening {
  readonly reason: string
  /** Account id. */
  readonly by: string
  readonly name: string
  readonly at: number
}

/** Undefined: nobody said any; null: none, on purpose. */
export type WishedDeadline = number | null | undefined

export interface Decided {
  readonly deadline: number | undefined
  readonly terms: RolloutTerms
}

/** `signed`: what devices have been told so far. */
export function decideDeadline(
  wished: WishedDeadline,
  facts: {
    readonly due: DueDeadline | undefined
    readonly signed?: number | undefined
    readonly reason: string | undefined
    readonly by: Pick<Actor, 'id' | 'name'>
    readonly now: number
  },
): Decided {
  const { due, signed, reason, by, now } = facts
  const deadline = wished === undefined ? due?.deadline : (wished ?? undefined)
  const kept = due === undefined ? {} : { due }
  const latest = Math.min(
    due?.deadline ?? Number.POSITIVE_INFINITY,
    signed ?? Number.POSITIVE_INFINITY,
  )
  if ((deadline ?? Number.POSITIVE_INFINITY) <= latest) return { deadline, terms: kept }
  if (reason === undefined) throw loosenedWithoutReason(latest, due)
  return { deadline, terms: { ...kept, loosened: { reason, by: by.id, name: by.name, at: now } } }
}

function loosenedWithoutReason(latest: number, due: DueDeadline | undefined): HttpError {
  const why = due === undefined || due.deadline > latest ? 'it has now' : policyWords(due)
  const message = `The deadline would be later than ${instant(latest)}, which ${why}: say why it may be`
  return new HttpError(422, 'DEADLINE_LOOSENED', message, { facts: { deadline: latest } })
}

export function policyWords({ vulnerability, grade, seconds }: DueDeadline): string {
  const is = grade === 'exploited' ? 'is exploited' : `is ${grade}`
  return `the product's policy asks for, ${duration(seconds)} because ${vulnerability} ${is}`
}

/** Since somebody last decided. */
export function isEarlierNow(
  terms: RolloutTerms,
  signed: number | undefined,
  due: DueDeadline | undefined,
): boolean {
  if (due === undefined || (signed !== undefined && signed <= due.deadline)) return false
  return terms.due === undefined || due.deadline < terms.due.deadline
}

/** Undefined where the policy asks for nothing and nobody set one. */
export function deadlineSentence(
  terms: RolloutTerms,
  signed: number | undefined,
  due: DueDeadline | undefined,
): string | undefined {
  const has = signed === undefined ? 'It has no deadline' : `Its deadline is ${instant(signed)}`
  if (due === undefined) return signed === undefined ? undefined : `${has}.`
  if (isEarlierNow(terms, signed, due)) {
    return `${has}; by now ${instant(due.deadline)} is what ${policyWords(due)}: tighten it.`
  }
  const { loosened } = terms
  if (loosened !== undefined) {
    return `${has}, later than ${instant(due.deadline)}, which ${policyWords(due)}; ${loosened.name} wrote: ${loosened.reason}`
  }
  const isOwn = signed === due.deadline
  return isOwn
    ? `${has}, which ${policyWords(due)}.`
    : `${has}, before ${instant(due.deadline)}, which ${policyWords(due)}.`
}
