/**
 * A finding: a hole, under all of its names, in a component of a product, with the releases that it is in. A component
 * is the same in all versions of it; what goes away stays with an end.
 */
import type { ComponentMatch, Hit, Rating } from '@fleetward/vulnerability'

/** `unknown`: no vector says it. */
export type RatingOrUnknown = Rating | 'unknown'
export const RATINGS = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const

export interface FoundHole {
  /** The same component in all versions: its purl without one, or what it is called. */
  readonly component: string
  readonly componentName: string
  readonly ref: string
  readonly componentVersion: string | undefined
  readonly purl: string | undefined
  /** Of the hole: a CVE where there is one. */
  readonly name: string
  /** All names, `name` first. */
  readonly names: readonly string[]
  readonly upstream: readonly string[]
  readonly summary: string
  readonly rating: RatingOrUnknown
  readonly score: number | undefined
  readonly vector: string | undefined
  readonly why: readonly Why[]
}

/** Which record says so, and by what. */
export interface Why {
  readonly record: string
  readonly source: string
  readonly because: Hit['why']
}

export interface FindingRelease {
  readonly version: string
  readonly ref: string
  readonly componentVersion: string | undefined
  readonly purl: string | undefined
  readonly why: readonly Why[]
  /** Seconds since 1970. */
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly endedAt: number | undefined
}

export interface Finding {
  readonly id: string
  readonly product: string
  readonly component: string
  readonly componentName: string
  readonly name: string
  readonly names: readonly string[]
  readonly upstream: readonly string[]
  readonly summary: string
  readonly rating: RatingOrUnknown
  readonly score: number | undefined
  readonly vector: string | undefined
  readonly isExploited: boolean
  /** When it was first known here that it is. */
  readonly exploitedAt: number | undefined
  readonly epss: number | undefined
  readonly epssPercentile: number | undefined
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly endedAt: number | undefined
}

/** What of a release's SBOM was not looked up, or was and stays open: bounded, with the true counts. */
export interface ReleaseCoverage {
  readonly componentCount: number
  readonly lookedUpCount: number
  readonly notLookedUp: readonly {
    readonly name: string
    readonly version?: string
    readonly obstacles: ComponentMatch['obstacles']
  }[]
  readonly notLookedUpCounts: Readonly<Record<string, number>>
  readonly undecided: readonly {
    readonly name: string
    readonly version?: string
    readonly vulnerability: string
    readonly reason: string
    readonly detail: string
  }[]
  readonly undecidedCounts: Readonly<Record<string, number>>
  readonly sourceAssumedCount: number
}

export interface MatchedRelease {
  readonly version: string
  readonly sbom: string
  /** The newest generation of feeds that it was matched with. */
  readonly generation: number
  readonly at: number
  readonly coverage: ReleaseCoverage
}
