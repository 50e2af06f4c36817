import type { CheckCount, Component, Depth, QualityProfile } from '@fleetward/vulnerability'
import type { KeyRow } from '../feeds/feed.ts'

export interface SbomAbout {
  readonly sha256: string
  readonly format: string
  readonly formatVersion: string
  /** Its own purl for the product, where it has one. */
  readonly about: string | undefined
  readonly componentsCount: number
  readonly depth: SbomDepth
  readonly quality: SbomQuality
}

export type SbomDepth = Omit<Depth, 'withoutGraph'> & { readonly withoutGraph: number }

export type SbomQuality = Readonly<
  Partial<
    Record<
      QualityProfile,
      {
        readonly passed: boolean
        readonly failed: readonly CheckCount[]
        /** 0 to 1: what feeds could know and the SBOM identifies. */
        readonly coverage: number
      }
    >
  >
>

export interface IndexedSbom extends SbomAbout {
  /** Undefined: not all of its components are there. Seconds since 1970. */
  readonly indexedAt: number | undefined
  /** Why it cannot be indexed. */
  readonly trouble: string | undefined
}

export interface NumberedComponent {
  readonly component: Component
  readonly keys: readonly KeyRow[]
}

export interface SbomIndexStore {
  find(sha256: string): Promise<IndexedSbom | undefined>
  /** Begins anew, whatever half of it was there. */
  begin(about: SbomAbout): Promise<void>
  write(sha256: string, from: number, components: readonly NumberedComponent[]): Promise<void>
  /** Does nothing while components are missing: another server began anew, and completes it. */
  complete(sha256: string, at: number): Promise<void>
  /** It will not be tried again. */
  refuse(sha256: string, trouble: string): Promise<void>
  /** In their own order. */
  components(sha256: string, from: number, to: number): Promise<readonly Component[]>
}
