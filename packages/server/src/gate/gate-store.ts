import type { GateResult } from './gate.ts'
import type { GatePolicy } from './policy.ts'
import type { Waiver } from './waiver.ts'

export interface KeptGateResult {
  /** Seconds since 1970. */
  readonly at: number
  readonly result: GateResult
}

/** Of a release, beside the one that it went out with: whoever may ask its gate asks as often as he likes. */
export const RESULTS_KEPT_COUNT = 50

/**
 * The result that a release was published with stays, open or not: what was known when it went out is evidence. So does
 * every waiver.
 * Of the others the newest stay; that it was asked stands in the audit log.
 */
export interface GateStore {
  keep(product: string, version: string, kept: KeptGateResult): Promise<void>
  /** The newest first. */
  results(product: string, version: string, limit: number): Promise<readonly KeptGateResult[]>

  policy(product: string): Promise<GatePolicy>
  setPolicy(product: string, policy: GatePolicy): Promise<void>

  addWaiver(waiver: Waiver): Promise<void>
  findWaiver(product: string, id: string): Promise<Waiver | undefined>
  /** Those of one version, or all; the newest first, from the one before `before` (its id). */
  waivers(query: {
    readonly product: string
    readonly version?: string | undefined
    readonly before?: string | undefined
    readonly limit: number
  }): Promise<readonly Waiver[]>
  /** Of a release, those that count at this time. */
  waiversInForce(product: string, version: string, at: number): Promise<readonly Waiver[]>
  /** Of a product, those that count now and end after `after` (seconds) and no later than `until`. */
  waiversEnding(
    product: string,
    time: { readonly after: number; readonly until: number },
  ): Promise<readonly Waiver[]>
  /** False: it has ended already. */
  endWaiver(product: string, id: string, end: { at: number; by: string }): Promise<boolean>
}
