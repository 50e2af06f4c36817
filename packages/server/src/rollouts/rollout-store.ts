import type { Rollout } from './rollout.ts'

export interface RolloutStore {
  find(product: string, id: string): Promise<Rollout | undefined>

  /** All of the product, the latest first. */
  ofProduct(product: string): Promise<readonly Rollout[]>

  /** All of the cohort, the latest first. */
  ofCohort(product: string, cohort: string): Promise<readonly Rollout[]>

  ofRelease(product: string, version: string): Promise<readonly Rollout[]>

  add(rollout: Rollout): Promise<void>

  /**
   * Replaces the rollout if it is still at `revision`, and says whether it did. Two operators
   * pausing and resuming at once must not both win.
   */
  replace(revision: number, rollout: Rollout): Promise<boolean>
}
