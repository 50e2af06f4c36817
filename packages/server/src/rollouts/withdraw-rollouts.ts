import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { type Rollout, withEngine } from './rollout.ts'

/** Withdraws all rollouts of a release and signs what their cohorts have to know. Returns them. */
export async function withdrawRollouts(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  product: string,
  release: string,
  now: number,
): Promise<readonly Rollout[]> {
  const withdrawn: Rollout[] = []
  for (const rollout of await stores.rollouts.ofRelease(product, release)) {
    if (rollout.state === 'withdrawn') continue
    const next = withEngine(rollout, { ...rollout.engine, state: 'withdrawn' }, now)
    await stores.rollouts.replace(rollout.revision, next)
    await stores.members.releaseAll(rollout)
    await manifests.signFor(stores, next)
    withdrawn.push(next)
  }
  return withdrawn
}
