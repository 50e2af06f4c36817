/** The keys as a person sees them, and what the desk has to sign next. Pure. */
import { type Listed, type RingKey, signingKey, toBeListed } from './key-ring.ts'
import type { KeyPurpose } from './server-key.ts'

export type KeyState = 'waiting' | 'signs' | 'former'

export interface KeyView {
  readonly id: string
  readonly state: KeyState
  /** Whether published metadata lists it. */
  readonly isListed: boolean
  /** Seconds. */
  readonly createdAt: number
  readonly leavesAt?: number
}

export function viewOf(
  ring: readonly (RingKey & { readonly createdAt: number })[],
  listed: Listed,
): readonly KeyView[] {
  if (ring.length === 0) return []
  const signing = ring.indexOf(signingKey(ring, listed))
  return ring.map(({ id, createdAt, leavesAt }, i) => ({
    ...{ id, createdAt, isListed: listed.has(id) },
    state: i === signing ? 'signs' : i < signing ? 'former' : 'waiting',
    ...(leavesAt === undefined ? {} : { leavesAt }),
  }))
}

/** The metadata that lists something else than it is to list. */
export function roleToSign(
  purpose: KeyPurpose,
  ring: readonly RingKey[],
  listed: Listed,
  now: number,
): 'root' | 'targets' | undefined {
  if (purpose === 'timestamp' || purpose === 'snapshot') {
    const newest = ring.at(-1)
    return newest === undefined || listed.has(newest.id) ? undefined : 'root'
  }
  const wanted = new Set(toBeListed(ring, now).map(({ id }) => id))
  const ours = ring.filter(({ id }) => listed.has(id)).map(({ id }) => id)
  const isSame = ours.length === wanted.size && ours.every((id) => wanted.has(id))
  return isSame ? undefined : 'targets'
}
