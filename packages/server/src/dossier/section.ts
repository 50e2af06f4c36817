/**
 * What a dossier is put together from: one section for one concern, each under the item of Annex VII that asks for it.
 * Whoever has something for the file of a product adds a section here and a line in `sections/list.ts`.
 */
import type { DossierGap } from '@fleetward/shared'
import type { AuditKeys } from '../audit/audit-keys.ts'
import type { ArtifactStore } from '../ports.ts'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import type { Gaps } from '../product-facts/gaps.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import type { Database } from '../stores.ts'
import type { DeclarationStanding } from './declaration.ts'
import type { DistributionSettings } from './distribution-settings.ts'
import type { Block } from './document.ts'

/** As Annex VII counts. */
export const ANNEX_7_ITEMS = ['1', '2', '3', '4', '5', '6', '7', '8'] as const
export type Annex7Item = (typeof ANNEX_7_ITEMS)[number]

export interface DossierFile {
  readonly path: string
  readonly mediaType: string
  /** `VII.8`. */
  readonly item: string
  readonly what: string
  /** Small and at hand, or read when its turn comes: long ones never lie in memory. */
  readonly content: Uint8Array | (() => AsyncIterable<Uint8Array>)
}

export interface Written {
  readonly blocks: readonly Block[]
  readonly files?: readonly DossierFile[]
  readonly gaps?: readonly DossierGap[]
}

/** What sections read. Nothing of it changes while they do, but what the stores answer. */
export interface DossierSource {
  readonly stores: Database
  readonly artifacts: ArtifactStore
  readonly auditKeys: AuditKeys
  readonly product: string
  readonly facts: ProductFacts
  readonly factsVersion: number
  readonly gaps: Gaps
  readonly releases: readonly PublishedRelease[]
  readonly declaration: DeclarationStanding
  readonly settings: DistributionSettings
  /** Of the public listener. */
  readonly publicBase: string
  /** Who publishes VEX documents. */
  readonly publisher: { readonly name: string; readonly namespace: string }
  /** Seconds since 1970. */
  readonly now: number
}

export interface Section {
  /** In the page an anchor. */
  readonly id: string
  readonly item: Annex7Item
  readonly title: string
  write(source: DossierSource): Promise<Written>
}
