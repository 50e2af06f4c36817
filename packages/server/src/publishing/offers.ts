/** What a cohort's manifest says, out of its rollouts. Pure. */
import {
  OFFERS_MAX_COUNT,
  type Offer,
  type OfferedRelease,
  type Release,
  type WithdrawnOffer,
} from '@fleetward/shared'
import type { Rollout } from '../rollouts/rollout.ts'

export interface RolloutWithRelease {
  readonly rollout: Rollout
  readonly release: Release
}

/**
 * Running rollouts are offered, withdrawn ones called back, the latest first in each; paused ones
 * are silent, so that devices on their way go on. At most four fit, and {@link mayOffer} keeps running ones
 * within that; calls back take what is left, because a device that missed one finds out by the
 * release's absence from the metadata.
 */
export function offersOf(
  rollouts: readonly RolloutWithRelease[],
): readonly (Offer | WithdrawnOffer)[] {
  const latestFirst = rollouts.toSorted((a, b) => b.rollout.changedAt - a.rollout.changedAt)
  const inState = (state: string) => latestFirst.filter(({ rollout }) => rollout.state === state)
  const running = inState('running').toSorted((a, b) => b.rollout.startedAt - a.rollout.startedAt)
  return [...running.map(offer), ...inState('withdrawn').map(callBack)].slice(0, OFFERS_MAX_COUNT)
}

/** Whether one more rollout of the cohort may run. */
export function mayOffer(rollouts: readonly Rollout[]): boolean {
  return rollouts.filter(({ state }) => state === 'running').length < OFFERS_MAX_COUNT
}

function offer({ rollout, release }: RolloutWithRelease): Offer {
  const { id, attempt, share, policy, notice } = rollout
  return { rollout: id, attempt, share, release: offered(release), policy, notice }
}

function callBack({ rollout, release }: RolloutWithRelease): WithdrawnOffer {
  return { rollout: rollout.id, withdrawn: true, release: offered(release) }
}

function offered(release: Release): OfferedRelease {
  const { path, version, kind, securityCounter, length, sha256 } = release
  return { path, version, kind, securityCounter, length, sha256 }
}
