/**
 * A hole that a rollout closes is exploited since now: whoever runs the rollout is told that the policy asks for an
 * earlier deadline. Terms that are signed are changed by a person alone.
 */
import type { Finding } from '../../findings/finding.ts'
import type { Stores } from '../../stores.ts'
import type { RolloutState } from '../rollout.ts'
import { dueNow } from './due-now.ts'
import { isEarlierNow } from './rollout-terms.ts'

const UNDER_WAY: ReadonlySet<RolloutState> = new Set([
  ...(['creating', 'waitingForApproval', 'ready', 'scheduled'] as const),
  ...(['running', 'paused', 'finished'] as const),
])

/** In the transaction that keeps the finding. */
export async function tellEarlierDeadlines(
  stores: Stores,
  { product, names }: Pick<Finding, 'product' | 'names'>,
  at: number,
): Promise<void> {
  for (const rollout of await stores.rollouts.ofProduct(product)) {
    if (!UNDER_WAY.has(rollout.state)) continue
    const { id, release, cohort, policy, terms, startedAt } = rollout
    const published = await stores.releases.find(product, release)
    if (published === undefined) continue
    if (!published.release.fixes.some((fix) => names.includes(fix))) continue
    const { due } = await dueNow(stores, product, published.release, startedAt)
    if (due === undefined || !isEarlierNow(terms, policy.deadline, due)) continue
    const { deadline, vulnerability } = due
    const signed = policy.deadline === undefined ? {} : { signed: policy.deadline }
    const data = { rollout: id, release, cohort, vulnerability, deadline, ...signed }
    await stores.events.add({ at, type: 'rollout.deadline-earlier', product, data })
  }
}
