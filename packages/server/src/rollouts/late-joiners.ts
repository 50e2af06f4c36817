/**
 * Who comes into a cohort while its rollouts are under way. A device whose turn has not come waits in its group; one
 * whose turn has passed is offered the release at once, unless the rollout has a pace: then it is late, and held: the cohort's manifests are closed to it
 * until the pace lets it in, so that a lorry full of devices does not start all at once. Meanwhile a manifest of its
 * own offers it whatever else the cohort has.
 */
import { sharePosition } from '@fleetward/shared'
import type { CohortDoor, JoiningDevice } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { groupAt } from './engine/plan/group-ranges.ts'
import type { RolloutState } from './engine/rollout-state.ts'
import type { Rollout } from './rollout.ts'
import { voidApprovals } from './void-approvals.ts'

/** One that has not come to its end for good. */
const TAKING_IN: readonly RolloutState[] = [
  ...(['creating', 'waitingForApproval', 'ready', 'scheduled', 'running'] as const),
  ...(['paused', 'finished', 'stopped'] as const),
]

/** `sign`: the manifest of a device that is held, which names what it may have meanwhile. */
export function cohortDoor(manifests: Pick<Manifests, 'signOwn' | 'signFor'>): CohortDoor {
  return {
    joined: async (stores: Stores, joining: JoiningDevice) => {
      let isHeld = false
      for (const rollout of await stores.rollouts.ofCohort(joining.product, joining.cohort)) {
        if (!TAKING_IN.includes(rollout.state)) continue
        isHeld = (await join(stores, rollout, joining)) || isHeld
      }
      const { product, cohort, device } = joining
      if (isHeld) await manifests.signOwn(stores, { product, cohort, devices: [device] })
      else await stores.manifests.markStale(product, { devices: [device] })
    },
    reachChanged: (stores, change) => voidApprovals(stores, manifests, change),
  }
}

/** True when it is held. */
async function join(
  stores: Stores,
  rollout: Rollout,
  { device, at }: JoiningDevice,
): Promise<boolean> {
  const position = sharePosition(rollout.share.salt, device)
  const group = groupAt(rollout.ranges, position)
  // Before its groups are counted it is one of those to be counted.
  const isCounting = rollout.ranges.length === 0
  if (group === undefined && !isCounting) return false
  const hasPassed = position < rollout.share.upTo
  const isPaced = rollout.plan.pace !== undefined || rollout.plan.bytesPerMinute !== undefined
  const late = hasPassed && isPaced
  // Without a pace its cohort's manifest offers it the release this very moment, as to everybody in its group.
  const offeredAt = hasPassed && !isPaced ? at : undefined
  await stores.members.add(rollout, [{ device, position, group, late, held: late, offeredAt }])
  return late
}
