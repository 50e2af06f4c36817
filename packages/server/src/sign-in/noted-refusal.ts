/** Refusals that have an entry of their own in the audit log: no second one is written for them. */
import type { HttpError } from '../http/problem.ts'

const noted = new WeakSet<object>()

export function alreadyNoted(refusal: HttpError): HttpError {
  noted.add(refusal)
  return refusal
}

export function isNoted(error: unknown): boolean {
  return typeof error === 'object' && error !== null && noted.has(error)
}
