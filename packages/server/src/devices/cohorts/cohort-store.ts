/** Cohorts and their rules. The adapter is adapters/sql/devices/cohort-store.ts. */

import type { Page } from '../device-store.ts'

export interface Cohort {
  readonly name: string
  readonly description: string
  /** Its rule as it was written, and the place of that among the rules of the product, from 0. */
  readonly rule: string | undefined
  readonly place: number | undefined
  /** Devices in it. */
  readonly devices: number
}

export interface WrittenRule {
  readonly cohort: string
  readonly filter: string
}

export interface CohortStore {
  /** By name. */
  list(product: string, page: Page): Promise<readonly Cohort[]>
  find(product: string, name: string): Promise<Cohort | undefined>
  /** Makes it if there is none of this name. */
  ensure(product: string, name: string, at: number): Promise<void>
  describe(product: string, name: string, description: string): Promise<void>
  /** The cohort has no device and no rule any more. */
  remove(product: string, name: string): Promise<void>
  /** In their order. */
  rules(product: string): Promise<readonly WrittenRule[]>
  /** In place of all there are; the cohorts are there. */
  setRules(product: string, rules: readonly WrittenRule[]): Promise<void>
  productsWithRules(): Promise<readonly string[]>
}
