/**
 * How long a version of Fleetward gets security updates (SECURITY.md, CRA P-020): five years from the first release of
 * its major version. 0.x is being built: only the newest commit gets them, and that is said instead of a date.
 */
const YEARS = 5

/** By major version: the day of its first release. Filled in by the commit that makes that release. */
const FIRST_RELEASED: Readonly<Record<string, string>> = {}

export interface Support {
  /** The last day, `2031-12-31`; null where there is no promise. */
  readonly until: string | null
  readonly sentence: string
}

export function supportOf(version: string, firstReleased = FIRST_RELEASED): Support {
  const [major = ''] = version.split('.')
  if (major === '0') {
    return { until: null, sentence: 'Version 0.x is being built: only the newest one gets fixes.' }
  }
  const day = firstReleased[major]
  if (day === undefined) {
    throw new Error(`Say in packaging/release/support.ts when ${major}.0 was first released.`)
  }
  const end = new Date(`${day}T00:00:00Z`)
  end.setUTCFullYear(end.getUTCFullYear() + YEARS)
  const until = end.toISOString().slice(0, 10)
  return { until, sentence: `Security updates until ${until}, at least.` }
}
