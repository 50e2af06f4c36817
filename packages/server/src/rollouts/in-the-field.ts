/** Which versions devices run, or were offered: what was published and nobody was offered is in no device. */
import type { Stores } from '../stores.ts'
import type { RolloutState } from './rollout.ts'

const BEGUN: ReadonlySet<RolloutState> = new Set(['running', 'paused', 'stopped', 'finished'])

export async function versionsInTheField(
  { exposure, rollouts, members }: Pick<Stores, 'exposure' | 'rollouts' | 'members'>,
  product: string,
): Promise<ReadonlySet<string>> {
  const found = new Set(await exposure.versions(product))
  for (const { id, release, state } of await rollouts.ofProduct(product)) {
    if (found.has(release) || !BEGUN.has(state)) continue
    // A rollout to a cohort without devices begins and ends, and nobody saw the release.
    if (await members.wasOffered({ product, id })) found.add(release)
  }
  return found
}
