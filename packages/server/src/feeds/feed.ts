/** Feeds as the server keeps them: docs/feeds.md says what each kind is and where it comes from. */
import type { ImportSummary } from '@fleetward/vulnerability'

export const FEED_KINDS = ['osv', 'kev', 'euvd', 'epss', 'cve', 'csaf'] as const
export type FeedKind = (typeof FEED_KINDS)[number]

export type ControlState = 'hit' | 'missed' | 'notRun'

/** A component that must be found by the feed, or for a list without components, a name that must be on it. */
export interface Control {
  readonly component: string | undefined
  readonly vulnerability: string
}

export interface FeedWish {
  readonly feed: string
  readonly kind: FeedKind
  /** As people know it: a URL, or a file's name. */
  readonly source: string
  readonly control: Control | undefined
  /** A person says that it is meant to have under half of what it had. */
  readonly acceptsFewer?: boolean
  /** From the feed's own source, and not from somebody who uploads it. */
  readonly isFetched?: boolean
}

export interface Feed {
  readonly id: string
  readonly kind: FeedKind
  readonly source: string
  /** Rises with every import of any feed. */
  readonly generation: number
  /** Seconds since 1970. */
  readonly importedAt: number
  readonly sourceDate: string | undefined
  readonly records: number
  /** Since a person last accepted fewer: shrunk.ts. */
  readonly mostRecords: number
  readonly sha256: string | undefined
  readonly control: ControlState
  readonly controlSentence: string
  readonly report: ImportSummary
}

export interface KeyRow {
  readonly kind: 'package' | 'product'
  /** The ecosystem without its suffix, or the vendor. */
  readonly space: string
  readonly name: string
}

export interface VulnerabilityRow {
  readonly id: string
  readonly publisher: string
  readonly modifiedAt: string
  readonly withdrawnAt: string | undefined
  /** JSON of the package's Vulnerability. */
  readonly record: string
  readonly keys: readonly KeyRow[]
}

/** What a record of a feed becomes. */
export interface FeedRows {
  readonly vulnerabilities: readonly VulnerabilityRow[]
  /** Of suppliers: under each name of the hole; JSON of the package's Statement. */
  readonly statements: readonly { readonly names: readonly string[]; readonly statement: string }[]
  readonly exploited: readonly { readonly name: string; readonly since: string }[]
  readonly epss: readonly {
    readonly cve: string
    readonly probability: number
    readonly percentile: number
  }[]
}

/** What is fed at all: an ecosystem with its suffix, or `product` without a name for CPEs. */
export interface Cover {
  readonly kind: 'package' | 'product'
  readonly name: string
}
