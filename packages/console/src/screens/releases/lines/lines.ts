/** Releases as a person looks for them: by line (major.minor), the newest first, fixes beside functions. Pure. */
import type { Release, Rollout } from '../../../api/operator-api.gen.ts'

export interface Line {
  /** `1.4`. */
  readonly name: string
  /** Also combined ones: what mends security is signed by the keys of security. */
  readonly security: readonly Release[]
  readonly functionality: readonly Release[]
}

/** Versions are three numbers. Not `shared`, whose cryptography would come along with a list. */
const NUMBERS = new Intl.Collator('en', { numeric: true })

export function linesOf(releases: readonly Release[]): readonly Line[] {
  const newestFirst = releases.toSorted((a, b) => NUMBERS.compare(b.version, a.version))
  return [...Map.groupBy(newestFirst, ({ line }) => line)].map(([name, all]) => ({
    name,
    security: all.filter(({ kind }) => kind !== 'functionality'),
    functionality: all.filter(({ kind }) => kind === 'functionality'),
  }))
}

export type ReleaseState = 'published' | 'withdrawn' | 'unlisted' | 'waiting'

export function stateOf(release: {
  readonly publishedAt?: number
  readonly withdrawnAt?: number
  readonly listed: boolean
}): ReleaseState {
  if (release.withdrawnAt !== undefined) return 'withdrawn'
  if (release.publishedAt === undefined) return 'waiting'
  return release.listed ? 'published' : 'unlisted'
}

/** By version. */
export function rolloutsByRelease(
  rollouts: readonly Rollout[],
): ReadonlyMap<string, readonly Rollout[]> {
  return Map.groupBy(rollouts, ({ release }) => release)
}
