/** What a cohort's manifest says, out of its rollouts. Pure. */
import {
  OFFERS_MAX_COUNT,
  type Offer,
  type OfferedRelease,
  type Policy,
  type Release,
  SHARE_ALL,
  type WithdrawnOffer,
} from '@fleetward/shared'
import { DEVICE_ZONE } from '../rollouts/engine/plan/plan.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import { offersAmong, type RolloutWithRelease } from '../rollouts/standing.ts'

/**
 * At most one running rollout is offered (docs/decisions/0008), finished ones beside it as long as nothing supersedes
 * them, withdrawn ones are called back; paused and stopped ones are silent, so that devices on their way go on.
 * Calls back take what room is left, because a device that missed one finds out by the release's absence from
 * the metadata.
 */
export function offersOf(
  rollouts: readonly RolloutWithRelease[],
): readonly (Offer | WithdrawnOffer)[] {
  const { running, finished } = offersAmong(rollouts)
  const offered = [running, ...finished].flatMap((id) =>
    rollouts.filter(({ rollout }) => rollout.id === id),
  )
  const withdrawn = rollouts
    .filter(({ rollout }) => rollout.state === 'withdrawn')
    .toSorted((a, b) => b.rollout.changedAt - a.rollout.changedAt)
  // Whatever runs is where the fleet goes; without it, devices of a rollout that stopped itself go back.
  const back = running === undefined ? rollouts.flatMap(wayBack) : []
  return [...offered.map(offer), ...back, ...withdrawn.map(callBack)].slice(0, OFFERS_MAX_COUNT)
}

export type ListedOffer = Offer | WithdrawnOffer

/**
 * The same for one device, which reads this in place of its cohort's manifest: of the offers those alone whose turn
 * has come for it, and those for all, so that nothing changes when the share goes on to others.
 */
export function ownOffers(
  offers: readonly ListedOffer[],
  withTurn: ReadonlySet<string>,
  /** Rollouts whose release asks for what it does not have; it goes back from them all the same. */
  closed: ReadonlySet<string> = new Set(),
): readonly ListedOffer[] {
  return offers.flatMap((one): readonly ListedOffer[] => {
    if (one.withdrawn) return [one]
    if (one.replaces === undefined && closed.has(one.rollout)) return []
    const share = { ...one.share, upTo: SHARE_ALL }
    const rollout = one.replaces === undefined ? one.rollout : beforeReturn(one.rollout)
    return withTurn.has(rollout) ? [{ ...one, share }] : []
  })
}

function offer({ rollout, release, entitlement }: RolloutWithRelease): Offer {
  const { id, attempt, notice } = rollout
  // Behind an entitlement nobody is offered it as a part of the cohort: who has it is told by name.
  const share = entitlement === undefined ? rollout.share : { ...rollout.share, upTo: 0 }
  return {
    ...{ rollout: id, attempt, share, release: offered(release) },
    ...{ policy: policyOf(rollout), notice },
  }
}

/** In reports it has a name of its own, so that nobody counts a return among the successes of what failed. */
const RETURN = '-return'
const beforeReturn = (rollout: string) => rollout.slice(0, -RETURN.length)

/** Only for devices that run what was stopped: whoever did not take it has nothing to go back from. */
function wayBack({ rollout, release, entitlement, wayBack: earlier }: RolloutWithRelease): Offer[] {
  if (earlier === undefined) return []
  const named = entitlement === undefined ? {} : { entitlement }
  const back = offer({ rollout, release: earlier, ...named })
  return [{ ...back, rollout: `${rollout.id}${RETURN}`, replaces: release.version }]
}

/** Soft asks the owner; forced lets nobody postpone longer than the manufacturer signed. */
function policyOf({ policy, plan }: Rollout): Policy {
  const { urgency, window } = plan
  const { weekdays, from, to, zone } = window ?? {}
  return {
    ...policy,
    ...(urgency === 'soft' ? { apply: 'ask' as const } : {}),
    ...(urgency === 'forced' ? { apply: 'automatic' as const, postponeUpTo: 0 } : {}),
    ...(zone === DEVICE_ZONE && weekdays && from && to
      ? { window: { weekdays: weekdays.toSorted((a, b) => a - b), from, to } }
      : {}),
  }
}

function callBack({ rollout, release }: RolloutWithRelease): WithdrawnOffer {
  return { rollout: rollout.id, withdrawn: true, release: offered(release) }
}

function offered(release: Release): OfferedRelease {
  const { path, version, kind, securityCounter, length, sha256 } = release
  return { path, version, kind, securityCounter, length, sha256 }
}
