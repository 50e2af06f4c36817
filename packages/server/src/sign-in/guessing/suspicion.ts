/**
 * What is unusual about a sign-in that was right. Nothing is refused for it: it is told to the account at its next
 * sign-in and to whoever watches the events (CRA P-062), because the owner of an account knows best. Pure.
 */

export interface SignInPlace {
  /** Seconds since 1970. */
  readonly at: number
  readonly provider: string
  /** A digest; what the browser holds is its own. */
  readonly browser: string
}

export type Suspicion = 'newBrowser' | 'newNetwork' | 'manyFailures' | 'alternatingNetworks'

/** More than a person mistypes. */
export const MANY_FAILURES = 5
/** Nobody changes provider and back that fast with one browser; who copied its cookies does. */
export const ALTERNATION_SECONDS = 900

/** `past` newest first; `failures` of strangers with this name in the last hour. */
export function suspicionsOf(
  place: SignInPlace,
  past: readonly SignInPlace[],
  failures: number,
): readonly Suspicion[] {
  const found: Suspicion[] = []
  // The first one ever has nothing to differ from.
  if (past.length > 0) {
    if (!past.some(({ browser }) => browser === place.browser)) found.push('newBrowser')
    if (!past.some(({ provider }) => provider === place.provider)) found.push('newNetwork')
  }
  if (failures >= MANY_FAILURES) found.push('manyFailures')
  if (isAlternating(place, past)) found.push('alternatingNetworks')
  return found
}

function isAlternating(place: SignInPlace, past: readonly SignInPlace[]): boolean {
  const recent = past.filter(
    ({ at, browser }) => browser === place.browser && place.at - at <= ALTERNATION_SECONDS,
  )
  const away = recent.findIndex(({ provider }) => provider !== place.provider)
  return away >= 0 && recent.slice(away).some(({ provider }) => provider === place.provider)
}
