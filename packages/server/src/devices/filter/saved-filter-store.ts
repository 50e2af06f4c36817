/** Filters that have a name. The adapter is adapters/sql/devices/saved-filter-store.ts. */

import type { Page } from '../device-store.ts'

export interface SavedFilter {
  readonly name: string
  readonly filter: string
  readonly description: string
  /** Seconds since 1970. */
  readonly savedAt: number
  /** Account id. */
  readonly savedBy: string
}

export const SAVED_FILTERS_MAX_COUNT = 500

export interface SavedFilterStore {
  /** By name. */
  list(product: string, page: Page): Promise<readonly SavedFilter[]>
  count(product: string): Promise<number>
  find(product: string, name: string): Promise<SavedFilter | undefined>
  /** In place of one of the same name. */
  save(product: string, filter: SavedFilter): Promise<void>
  /** False when there is none of this name. */
  remove(product: string, name: string): Promise<boolean>
}
