/**
 * Manifests for single devices: those that a filter put into a group of a rollout, because a share of the cohort
 * cannot name them, and those that a rollout holds, so that whatever else their cohort has comes to them all the same.
 * Such a manifest takes the place of the cohort's (protocol §5.4). It stays until no rollout needs it any more and the
 * last one signed has run out.
 */
import { deviceAudience, deviceManifestTopic, MANIFEST_LIFETIME_SECONDS } from '@fleetward/shared'
import type { Turn } from '../rollouts/member-store.ts'
import type { RolloutState } from '../rollouts/rollout.ts'
import { type RolloutWithRelease, rolloutsOfCohort } from '../rollouts/standing.ts'
import type { Stores } from '../stores.ts'
import type { DevicesOfCohort, ManifestSigning } from './manifest-signing.ts'
import { offersOf, ownOffers } from './offers.ts'

/** Signs what is new for these devices, which are in the cohort now. */
export async function signOwn(
  signing: ManifestSigning,
  stores: Stores,
  { product, cohort, devices }: DevicesOfCohort,
): Promise<void> {
  if (devices.length === 0) return
  const rollouts = await rolloutsOfCohort(stores, product, cohort)
  const offers = offersOf(rollouts)
  const open = rollouts.filter(({ rollout }) => MAY_OFFER.has(rollout.state))
  const known = await stores.manifests.own(product, devices)
  const lastOf = new Map(known.map((manifest) => [manifest.device, manifest]))
  const turns = Map.groupBy(
    await stores.members.turnsOf(
      product,
      open.map(({ rollout }) => rollout.id),
      devices,
    ),
    ({ device }) => device,
  )
  const entitled = await entitledAmong(stores, { product, devices, open }, signing.now())
  for (const device of devices) {
    const last = lastOf.get(device)
    const own = turns.get(device) ?? []
    const closed = new Set(
      open.flatMap(({ rollout, entitlement }) =>
        entitlement === undefined || entitled.get(entitlement)?.has(device) ? [] : [rollout.id],
      ),
    )
    if (!own.some((turn) => needsOwn(open, turn, closed))) {
      if (last === undefined) continue
      if (signing.now() >= last.issuedAt + MANIFEST_LIFETIME_SECONDS) {
        const nothing = { token: '', offers: '[]', issuedAt: signing.now() }
        await stores.manifests.save({ ...last, seq: last.seq + 1, ...nothing })
        continue
      }
    }
    const withTurn = new Set(own.filter(({ hasTurn }) => hasTurn).map(({ rollout }) => rollout))
    const audience = deviceAudience(product, device)
    await signing.signWhenNew(stores, last, {
      ...{ product, audience, device, topic: deviceManifestTopic(product, device) },
      offers: ownOffers(offers, withTurn, closed),
    })
  }
  await stores.manifests.markFresh(product, devices)
}

const MAY_OFFER: ReadonlySet<RolloutState> = new Set([
  ...(['creating', 'waitingForApproval', 'ready', 'scheduled'] as const),
  ...(['running', 'paused', 'stopped', 'finished'] as const),
])

function needsOwn(
  rollouts: readonly RolloutWithRelease[],
  turn: Turn,
  closed: ReadonlySet<string>,
): boolean {
  if (turn.isHeld) return true
  const found = rollouts.find(({ rollout }) => rollout.id === turn.rollout)
  if (found?.entitlement !== undefined && turn.hasTurn) {
    return !closed.has(turn.rollout) || found.wayBack !== undefined
  }
  const members = found?.rollout.plan.groups[turn.group]?.members
  return members !== undefined && 'filter' in members
}

/** By entitlement, for those that a rollout here asks for. */
async function entitledAmong(
  { entitlements }: Pick<Stores, 'entitlements'>,
  {
    product,
    devices,
    open,
  }: {
    readonly product: string
    readonly devices: readonly string[]
    readonly open: readonly RolloutWithRelease[]
  },
  at: number,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, ReadonlySet<string>>()
  for (const { entitlement } of open) {
    if (entitlement === undefined || found.has(entitlement)) continue
    found.set(entitlement, await entitlements.among(product, devices, entitlement, at))
  }
  return found
}
