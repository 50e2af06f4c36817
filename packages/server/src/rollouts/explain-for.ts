/** The sentence for one device and rollout, of what the database has of both. */
import type { Stores } from '../stores.ts'
import { explainDevice, hangsOnProgress } from './engine/explain/explain-device.ts'
import type { Explanation } from './engine/explain/explain-rollout.ts'
import { nobody } from './engine/progress.ts'
import type { Rollout } from './rollout.ts'
import { countingNow, type Moment } from './standing.ts'

export async function explainFor(
  stores: Stores,
  rollout: Rollout,
  device: string,
  moment: Moment,
): Promise<Explanation> {
  const { counting, artifactBytes } = await countingNow(stores, rollout, moment)
  const { overtakenBy, silence } = counting
  const member = await stores.members.find(counting, device)
  const unknown = {
    ...{ device, version: undefined, rollout: undefined, state: undefined },
    ...{ waitingFor: undefined, optedOut: false, postponedUntil: undefined, blocked: undefined },
  }
  const question = {
    device: member?.device ?? unknown,
    membership: member?.membership,
    rollout: {
      ...{ id: rollout.id, attempt: rollout.attempt, version: rollout.release },
      ...{ overtakenBy, silence, entitlement: counting.entitlement?.name },
    },
    ...{ plan: rollout.plan, state: rollout.engine },
  }
  const counts = hangsOnProgress(question)
    ? await stores.members.progress(counting, rollout.plan.groups.length)
    : { groups: [], late: nobody() }
  const progress = { ...counts, artifactBytes, overtakenBy }
  return explainDevice({ ...question, progress }, moment.now)
}
