/**
 * The keys there are for one purpose, oldest first, and which of them does what. Pure.
 *
 *   waiting ──published──► signs ──a newer one is published──► former ──left the metadata──► gone
 *
 * Nothing about this is remembered but the keys and what is published: the newest key that the product's
 * published metadata lists signs. So the server goes over to a key at the moment at which devices
 * can believe it, and a rotation that was cut off anywhere goes on from what is there.
 */

export interface RingKey {
  readonly id: string
  /** Seconds. From then on the metadata is to list it no more; undefined while it is to be listed. */
  readonly leavesAt: number | undefined
}

/** Ids that published metadata lists, of one product. */
export type Listed = ReadonlySet<string>

export interface RingChanges {
  /** Keys that are to leave the metadata, and when. */
  readonly leaving: readonly { readonly id: string; readonly at: number }[]
  /** Keys of no more use: nothing lists them, and they sign nothing. */
  readonly gone: readonly string[]
}

/** Where nothing is published yet it is the first one. */
export function signingKey<Key extends RingKey>(ring: readonly Key[], listed: Listed): Key {
  const key = ring.findLast(({ id }) => listed.has(id)) ?? ring[0]
  if (key === undefined) throw new Error('there is no key')
  return key
}

/** Those that the desk has to sign next. The newest is always among them. */
export function toBeListed<Key extends RingKey>(ring: readonly Key[], now: number): readonly Key[] {
  return ring.filter(({ leavesAt }, i) => isListedFrom(leavesAt, now) || i === ring.length - 1)
}

/**
 * What follows from the metadata of all products that know this ring. A former key stays listed for what it
 * signed last; one that no metadata lists any more, and that was to leave, goes.
 */
export function settleRing(
  ring: readonly RingKey[],
  products: readonly Listed[],
  now: number,
  inFlightSeconds: number,
): RingChanges {
  const signing = products.map((listed) => ring.indexOf(signingKey(ring, listed)))
  const former = ring.slice(0, signing.length === 0 ? 0 : Math.min(...signing))
  return {
    leaving: former
      .filter(({ leavesAt }) => leavesAt === undefined)
      .map(({ id }) => ({ id, at: now + inFlightSeconds })),
    gone: former
      .filter(({ leavesAt }) => leavesAt !== undefined && leavesAt <= now)
      .filter(({ id }) => !products.some((listed) => listed.has(id)))
      .map(({ id }) => id),
  }
}

export type Rotation =
  /** A key is made already and waits for the desk. */
  | { readonly step: 'waits'; readonly id: string }
  /** `leave`: to be listed no more from now on. `drop`: never listed, and not to be. */
  | { readonly step: 'make'; readonly leave: readonly string[]; readonly drop: readonly string[] }

/**
 * What a rotation has to do. After a theft nothing that was there stays: the metadata is to list the new key
 * alone, and a key that still waited may have been stolen with the others.
 */
export function planRotation(
  ring: readonly RingKey[],
  products: readonly Listed[],
  isStolen: boolean,
): Rotation {
  const newest = ring.at(-1)
  const isWaiting = newest !== undefined && !products.some((listed) => listed.has(newest.id))
  const hasSuccessor = ring.length > 1 && isWaiting
  if (!isStolen) {
    return hasSuccessor ? { step: 'waits', id: newest.id } : { step: 'make', leave: [], drop: [] }
  }
  const others = ring.slice(0, -1)
  if (hasSuccessor && others.every(({ leavesAt }) => leavesAt !== undefined)) {
    return { step: 'waits', id: newest.id }
  }
  const isListed = ({ id }: RingKey) => products.some((listed) => listed.has(id))
  // The first one signs as long as nothing is listed: it cannot be dropped before its successor is.
  const drop = ring.filter((key, i) => i > 0 && !isListed(key)).map(({ id }) => id)
  const leave = ring
    .filter(({ id, leavesAt }) => leavesAt === undefined && !drop.includes(id))
    .map(({ id }) => id)
  return { step: 'make', leave, drop }
}

function isListedFrom(leavesAt: number | undefined, now: number): boolean {
  return leavesAt === undefined || leavesAt > now
}
