/** Where a feed comes from by itself, and how that goes: an address or a place on the server, and how often. Pure. */
import type { Facts } from '@fleetward/shared'
import type { Control, FeedKind } from '../feed.ts'

export interface Signer {
  /** Public keys. */
  readonly armored: string
  /** Of them, upper-case hex. */
  readonly fingerprints: readonly string[]
}

export interface FeedSource {
  readonly feed: string
  readonly kind: FeedKind
  /** An https URL, or the absolute path of a file or folder of the server's. */
  readonly place: string
  readonly everySeconds: number
  readonly control: Control | undefined
  /** The address has a `<address>.sha256`, and what does not fit it is not imported. */
  readonly hasDigestBeside: boolean
  /** Whose signature each document of a supplier must have. */
  readonly signer: Signer | undefined
  /** Of what was imported last; asked for by them, the source says when there is nothing new. */
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  /** Of the import that these are of: somebody may have uploaded another one since. */
  readonly generation: number | undefined
  readonly setAt: number
  readonly triedAt: number | undefined
  readonly nextAt: number
  readonly outcome: 'imported' | 'unchanged' | 'failed' | undefined
  readonly trouble: Trouble | undefined
  /** In a row. */
  readonly failureCount: number
}

/** Why the last try failed. */
export interface Trouble {
  /** For a person. */
  readonly sentence: string
  /** For who reads another language; none where nobody foresaw it. */
  readonly told?: { readonly code: string; readonly facts: Facts } | undefined
}

export type SourceWish = Pick<
  FeedSource,
  'feed' | 'kind' | 'place' | 'everySeconds' | 'control' | 'hasDigestBeside' | 'signer'
>

const FIRST_RETRY_SECONDS = 900

export function isAddress(place: string): boolean {
  return /^https:/i.test(place)
}

/** Fetched at the next look. */
export function newSource(wish: SourceWish, at: number): FeedSource {
  return {
    ...wish,
    ...{ etag: undefined, lastModified: undefined, generation: undefined },
    ...{ setAt: at, triedAt: undefined, nextAt: at },
    ...{ outcome: undefined, trouble: undefined, failureCount: 0 },
  }
}

export interface Marks {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

export interface Taken {
  readonly marks: Marks
  readonly generation: number
}

/** `taken`: none when the source had nothing newer. */
export function succeeded(source: FeedSource, taken: Taken | undefined, at: number): FeedSource {
  const { etag, lastModified } = taken?.marks ?? source
  const generation = taken?.generation ?? source.generation
  const outcome = taken === undefined ? 'unchanged' : 'imported'
  return {
    ...{ ...source, etag, lastModified, generation, outcome, trouble: undefined, failureCount: 0 },
    ...{ triedAt: at, nextAt: at + source.everySeconds },
  }
}

/** Again after a quarter of an hour, then after twice as long, and so on up to the usual time. */
export function failed(source: FeedSource, trouble: Trouble, at: number): FeedSource {
  const failureCount = source.failureCount + 1
  const wait = Math.min(
    source.everySeconds,
    FIRST_RETRY_SECONDS * 2 ** Math.min(20, failureCount - 1),
  )
  return { ...source, outcome: 'failed', trouble, failureCount, triedAt: at, nextAt: at + wait }
}
