import type { ApprovalRule } from './approval.ts'
import type { EngineState } from './engine/engine-state.ts'
import type { Rollout } from './rollout.ts'

export interface RolloutStore {
  find(product: string, id: string): Promise<Rollout | undefined>

  /** All of the product, the latest first. */
  ofProduct(product: string): Promise<readonly Rollout[]>

  /** All of the cohort, the latest first. */
  ofCohort(product: string, cohort: string): Promise<readonly Rollout[]>

  ofRelease(product: string, version: string): Promise<readonly Rollout[]>

  /** Those that may do something by themselves: being created, scheduled, running, paused or finished. */
  moving(): Promise<readonly { readonly product: string; readonly id: string }[]>

  add(rollout: Rollout): Promise<void>

  /**
   * Replaces the rollout if it is still at `revision`, and says whether it did. Two operators
   * pausing and resuming at once must not both win.
   */
  replace(revision: number, rollout: Rollout): Promise<boolean>

  /** What the engine keeps between two ticks and nobody else looks at; the revision stays. */
  keepEngine(product: string, id: string, engine: EngineState): Promise<void>

  /** Who must approve the product's rollouts. */
  approvalRule(product: string): Promise<ApprovalRule>
  setApprovalRule(product: string, rule: ApprovalRule): Promise<void>
}
