import type { Finding, FindingRelease, MatchedRelease, RatingOrUnknown } from './finding.ts'

export interface FindingQuery {
  readonly product: string
  readonly ratings?: readonly RatingOrUnknown[] | undefined
  readonly isExploited?: boolean | undefined
  /** In this release now. */
  readonly release?: string | undefined
  /** By any of its names. */
  readonly vulnerability?: string | undefined
  /** Those that have ended too. */
  readonly withEnded: boolean
  readonly after?: string | undefined
  readonly limit: number
}

export interface Sighting extends Omit<FindingRelease, 'firstSeenAt' | 'lastSeenAt' | 'endedAt'> {
  readonly finding: string
  readonly product: string
  /** Of the feeds, and not the time: two looks may be in one second. */
  readonly generation: number
  readonly at: number
}

export interface FindingStore {
  find(product: string, id: string): Promise<Finding | undefined>
  list(query: FindingQuery): Promise<readonly Finding[]>
  releases(finding: string): Promise<readonly FindingRelease[]>
  /** By finding. */
  releasesOf(findings: readonly string[]): Promise<ReadonlyMap<string, readonly FindingRelease[]>>

  /** Of these components, those that have ended too. */
  ofComponents(product: string, components: readonly string[]): Promise<readonly Finding[]>
  /** New ones, and what is known anew of those that are there. */
  save(findings: readonly Finding[]): Promise<void>
  /** Seen there now: added, or seen again. Each place once. */
  seen(sightings: readonly Sighting[]): Promise<void>
  /**
   * What was not seen in the release with these feeds ends there, all of it if there are none; resolves with the
   * findings it was.
   */
  endUnseen(
    release: { readonly product: string; readonly version: string },
    generation: number | undefined,
    at: number,
  ): Promise<readonly string[]>
  /** Of these findings those that are in no release any more end. */
  endWithoutReleases(findings: readonly string[], at: number): Promise<void>

  matched(product: string, version: string): Promise<MatchedRelease | undefined>
  saveMatched(product: string, matched: MatchedRelease): Promise<void>
  forgetMatched(product: string, version: string): Promise<void>
}
