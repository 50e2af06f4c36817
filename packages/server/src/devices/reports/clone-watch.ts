/**
 * Whether one identity seems to be in two places: a copied key, or a copied disk image. Pure.
 *
 * Each sign gives points, which halve every hour. One sign is no proof: devices move, change their line, lose what
 * they had written. Two units that share a key cannot help giving signs again and again: they throw each other out of
 * the broker, and their chains of reports contradict each other.
 */

export type Sighting =
  /** Connected from here; the address itself is not kept (place.ts). */
  | { readonly kind: 'connected'; readonly place: string }
  /** Another report under a number that was taken. */
  | { readonly kind: 'conflict' }
  /** A report with a number from before, never seen with these bytes. */
  | { readonly kind: 'wentBack' }

export interface CloneWatch {
  /** Where it is, where it was before that, and since when it is here. */
  readonly place: string | undefined
  readonly placeBefore: string | undefined
  readonly movedAt: number
  readonly points: number
  readonly pointsAt: number
  /** Signs since the last time somebody looked into it. */
  readonly returns: number
  readonly conflicts: number
  readonly wentBack: number
}

export const UNWATCHED: CloneWatch = {
  place: undefined,
  placeBefore: undefined,
  movedAt: 0,
  points: 0,
  pointsAt: 0,
  returns: 0,
  conflicts: 0,
  wentBack: 0,
}

/** From here on it is a suspicion. */
export const SUSPICION_POINTS = 6
/** A device that keeps its numbers durable, as ours does, never signs two reports under one. */
const CONFLICT_POINTS = 4
const WENT_BACK_POINTS = 2
/** Nothing that is carried or driven is back within a minute. */
const QUICK_RETURN_SECONDS = 60
const QUICK_RETURN_POINTS = 3
/** So is a line that comes and goes: it takes many of these. */
const RETURN_SECONDS = 900
const RETURN_POINTS = 1
const HALF_LIFE_SECONDS = 3600
/** However long it goes on, it is forgotten within hours once it stops. */
const POINTS_MAX = 60

/** `now`: seconds since 1970. */
export function cloneWatchAfter(known: CloneWatch, sighting: Sighting, now: number): CloneWatch {
  switch (sighting.kind) {
    case 'conflict':
      return scored({ ...known, conflicts: known.conflicts + 1 }, CONFLICT_POINTS, now)
    case 'wentBack':
      return scored({ ...known, wentBack: known.wentBack + 1 }, WENT_BACK_POINTS, now)
    case 'connected':
      return movedTo(known, sighting.place, now)
  }
}

export function isSuspicious({ points, pointsAt }: CloneWatch, now: number): boolean {
  return decayed(points, pointsAt, now) >= SUSPICION_POINTS
}

function movedTo(known: CloneWatch, place: string, now: number): CloneWatch {
  if (place === known.place) return known
  const moved = { ...known, place, placeBefore: known.place, movedAt: now }
  const isReturn = place === known.placeBefore
  const away = now - known.movedAt
  if (!isReturn || away > RETURN_SECONDS) return moved
  const points = away <= QUICK_RETURN_SECONDS ? QUICK_RETURN_POINTS : RETURN_POINTS
  return scored({ ...moved, returns: known.returns + 1 }, points, now)
}

function scored(watch: CloneWatch, points: number, now: number): CloneWatch {
  const sum = decayed(watch.points, watch.pointsAt, now) + points
  return { ...watch, points: Math.min(sum, POINTS_MAX), pointsAt: now }
}

function decayed(points: number, at: number, now: number): number {
  // A clock that was set back makes nobody suspicious.
  return points * 0.5 ** (Math.max(0, now - at) / HALF_LIFE_SECONDS)
}
