import type { Advisory, AdvisoryState, CsafFile, PublishedCsaf } from './advisory.ts'

export interface AdvisoryQuery {
  readonly product: string
  /** Also what is about a report under embargo and not published. */
  readonly withEmbargoed: boolean
  /** Without: in any. */
  readonly states?: readonly AdvisoryState[]
  /** Id: only what came before it; the newest come first. */
  readonly before: string | undefined
  readonly limit: number
}

export interface AdvisoryStore {
  /** The highest of the year; 0 when there is none. */
  lastSerial(year: number): Promise<number>
  /** False: somebody else took the number. */
  add(advisory: Omit<Advisory, 'number'>): Promise<boolean>
  find(product: string, id: string): Promise<Advisory | undefined>
  list(query: AdvisoryQuery): Promise<readonly Advisory[]>
  /** False when it is not of this revision any more. */
  replace(revision: number, advisory: Advisory): Promise<boolean>
  /** Whether one of its reports is under embargo. */
  isEmbargoed(id: string): Promise<boolean>
  remove(id: string): Promise<void>
  /** Held until before `now`, and nobody was reminded. */
  holdsOver(now: number, limit: number): Promise<readonly Advisory[]>
  /** They wait for a release that fixes them; in order, from the one after this number. */
  scheduled(limit: number, after?: number): Promise<readonly Advisory[]>

  /** Of the version before it, the file stays kept and is served no more. False: there is such a version. */
  publish(file: CsafFile): Promise<boolean>
  /** The newest version of each, without what is long; the newest first. */
  current(query?: {
    readonly product?: string
    readonly kind?: PublishedCsaf['kind']
    readonly limit?: number
  }): Promise<readonly PublishedCsaf[]>
  /** Grows with each publication; 0 when there is none. */
  lastPublication(): Promise<number>
  /** As it is served now. */
  file(file: string): Promise<CsafFile | undefined>
  /** The newest version, or this one. */
  document(trackingId: string, version?: number): Promise<CsafFile | undefined>
  /** All versions, the first one first. */
  versions(trackingId: string): Promise<readonly PublishedCsaf[]>
  /** Of the version that is served: by another key. */
  resign(trackingId: string, signature: string, signedBy: string): Promise<void>
  /** What of a product's advisories is public, the newest first: for dossier, mails and notices. */
  published(product: string): Promise<readonly PublishedCsaf[]>
}
