import type { DeadlinePolicy } from './deadline-policy.ts'

export interface DeadlineStore {
  /** Of the product, or the default. */
  policy(product: string): Promise<DeadlinePolicy>
  setPolicy(product: string, policy: DeadlinePolicy): Promise<void>
}
