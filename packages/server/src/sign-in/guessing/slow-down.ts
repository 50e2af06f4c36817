/**
 * Slows down whoever guesses passwords and codes, and nobody else. Every try counts on three sides: for the name that
 * is tried, for the network it comes from, and for a browser that signed in to this account before. Such a browser
 * answers for its own tries alone: whoever guesses elsewhere can neither lock its owner out nor learn a thing by it.
 * Passkeys and companies' sign-ins never come here, so guessed passwords do not stand in their way.
 *
 * A try is written down before it is looked at, so guessing in parallel gains nothing; one that was right is taken
 * back, and only that one: signing in to an account of one's own wipes nothing else out. Pure.
 */

/** What is remembered of one side. `lastAt` is in seconds. */
export interface Tries {
  readonly count: number
  readonly lastAt: number
}

export const NO_TRIES: Tries = { count: 0, lastAt: 0 }

export interface Pace {
  /** A person's typing mistakes. */
  readonly freeTries: number
  readonly longestSeconds: number
}

/** What counts for a name that is tried from browsers it does not know. */
export const NAME_PACE: Pace = { freeTries: 4, longestSeconds: 900 }
/** A whole office may stand behind one address. */
export const NETWORK_PACE: Pace = { freeTries: 12, longestSeconds: 900 }
/** Whoever took over a known browser still guesses at the speed of a person. */
export const BROWSER_PACE: Pace = { freeTries: 6, longestSeconds: 300 }

/** Tries are forgotten once none has come for this long. */
export const FORGOTTEN_AFTER_SECONDS = 3600

/** How long until the next try on this side is looked at; 0 for now. */
export function waitSeconds(tries: Tries, pace: Pace, now: number): number {
  const { count, lastAt } = current(tries, now)
  return Math.max(0, lastAt + delaySeconds(count, pace) - now)
}

/** After one more try at `now`. */
export function afterTry(tries: Tries, now: number): Tries {
  return { count: current(tries, now).count + 1, lastAt: now }
}

/** After a try that turned out to be right: as if it had not been. */
export function afterRightTry(tries: Tries): Tries {
  return { count: Math.max(0, tries.count - 1), lastAt: tries.lastAt }
}

/** Sides of one try with what is remembered of each. */
export interface Sides<Each> {
  /** Only where the browser is known to the account; the others then do not count. */
  readonly browser: Each | undefined
  readonly name: Each
  readonly network: Each
}

/** The sides that have a say, each with its pace. */
export function sidesThatCount<Each>(sides: Sides<Each>): readonly (readonly [Each, Pace])[] {
  if (sides.browser !== undefined) return [[sides.browser, BROWSER_PACE]]
  return [
    [sides.name, NAME_PACE],
    [sides.network, NETWORK_PACE],
  ]
}

function delaySeconds(count: number, { freeTries, longestSeconds }: Pace): number {
  // The try after the last free one waits for 1 second, then 2, 4 …
  const doublings = count - freeTries
  return doublings < 0 ? 0 : Math.min(2 ** doublings, longestSeconds)
}

/** A clock that was set back makes nobody wait for more than a delay. */
function current(tries: Tries, now: number): Tries {
  if (now - tries.lastAt >= FORGOTTEN_AFTER_SECONDS) return NO_TRIES
  return { count: tries.count, lastAt: Math.min(tries.lastAt, now) }
}
