import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { moveRollout } from './rollout.ts'

/** Withdraws all rollouts of a release and signs what their cohorts have to know. Returns their ids. */
export async function withdrawRollouts(
  stores: Stores,
  manifests: Manifests,
  product: string,
  release: string,
  now: number,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (const rollout of await stores.rollouts.ofRelease(product, release)) {
    const withdrawn = moveRollout(rollout, 'withdraw', now)
    if (withdrawn === undefined || withdrawn === rollout) continue
    await stores.rollouts.replace(rollout.revision, withdrawn)
    await manifests.sign(stores, product, rollout.cohort)
    ids.push(rollout.id)
  }
  return ids
}
