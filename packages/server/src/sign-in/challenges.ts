/**
 * What is begun in one browser, and in one session where somebody is signed in, ends there, once and soon. Everything
 * else that brings back a challenge is refused alike.
 */
import { randomBytes } from 'node:crypto'
import type { Json } from '@fleetward/shared'
import type { z } from 'zod'
import { HttpError } from '../http/problem.ts'
import type { ChallengePurpose, ChallengeStore } from './challenge-store.ts'
import type { Visitor } from './visitor.ts'

const CHALLENGE_SECONDS = 600

/** Where it belongs. */
export interface Place {
  readonly visitor: Pick<Visitor, 'browser'>
  /** Of who is signed in. */
  readonly session: string | undefined
}

/** The id, which the browser brings back. */
export async function beginChallenge(
  challenges: ChallengeStore,
  begun: {
    readonly purpose: ChallengePurpose
    readonly place: Place
    readonly state: Json
    /** Of chance, unless somebody needs to find it again by another name. */
    readonly id?: string
  },
  now: number,
  seconds = CHALLENGE_SECONDS,
): Promise<string> {
  const { purpose, place, state, id = randomBytes(32).toString('base64url') } = begun
  const { browser } = place.visitor
  const expiresAt = now + seconds
  await challenges.add({ id, purpose, browser, session: place.session, state, expiresAt }, now)
  return id
}

interface Wanted<Schema> {
  readonly purpose: ChallengePurpose
  readonly place: Place
  readonly state: Schema
}

/** Used up by this, whether it fits or not. */
export async function takeChallenge<Schema extends z.ZodType>(
  challenges: ChallengeStore,
  id: string,
  wanted: Wanted<Schema>,
  now: number,
): Promise<z.output<Schema>> {
  return fitting(await challenges.take(id), wanted, now)
}

/** Still there afterwards. */
export async function seeChallenge<Schema extends z.ZodType>(
  challenges: ChallengeStore,
  id: string,
  wanted: Wanted<Schema>,
  now: number,
): Promise<z.output<Schema>> {
  return fitting(await challenges.find(id), wanted, now)
}

function fitting<Schema extends z.ZodType>(
  challenge: Awaited<ReturnType<ChallengeStore['find']>>,
  { purpose, place, state }: Wanted<Schema>,
  now: number,
): z.output<Schema> {
  const fits =
    challenge !== undefined &&
    challenge.purpose === purpose &&
    challenge.browser === place.visitor.browser &&
    challenge.session === place.session &&
    now < challenge.expiresAt
  if (!fits) throw challengeInvalid()
  return state.parse(challenge.state)
}

export function challengeInvalid(): HttpError {
  return new HttpError(
    403,
    'CHALLENGE_INVALID',
    'This was begun too long ago, in another browser, or was ended already. Begin again',
  )
}
