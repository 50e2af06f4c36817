/**
 * What is known of a request before it is let through: for the audit log, which also keeps what was refused. The guard
 * notes it; a request it knows nothing of is a stranger's.
 */
import type { IncomingMessage } from 'node:http'
import { type Actor, strangerActor } from '../../accounts/actor.ts'
import { addressOf } from '../address.ts'

export interface Attempt {
  readonly actor: Actor
  /** As the path names it, permitted or not; undefined above products. */
  readonly product: string | undefined
}

const attempts = new WeakMap<IncomingMessage, Attempt>()
const kept = new WeakSet<IncomingMessage>()

export function noteAttempt(request: IncomingMessage, attempt: Attempt): void {
  attempts.set(request, attempt)
}

export function attemptOf(request: IncomingMessage): Attempt {
  const known = attempts.get(request)
  return known ?? { actor: strangerActor(addressOf(request)), product: undefined }
}

/** Whoever refuses it has written its own, better entry: a sign-in, an approval. */
export function refusalIsKept(request: IncomingMessage): void {
  kept.add(request)
}

export function isRefusalKept(request: IncomingMessage): boolean {
  return kept.has(request)
}
