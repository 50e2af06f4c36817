/** Where a rollout stands: what of its cohort goes before it, and which column each of its devices is in. */
import type { Release } from '@fleetward/shared'
import { entitlementFor } from '../entitlements/entitlement.ts'
import type { Stores } from '../stores.ts'
import { returnsTo } from './engine/fleet-return.ts'
import { type CohortOffers, type CohortRollout, offersOfCohort } from './engine/precedence.ts'
import type { RolloutProgress } from './engine/progress.ts'
import { silenceLimits } from './engine/silence.ts'
import type { Counting } from './member-store.ts'
import type { Rollout } from './rollout.ts'

export interface RolloutWithRelease {
  readonly rollout: Rollout
  readonly release: Release
  /** What a device needs to be offered it. */
  readonly entitlement?: string
  /** What its devices go back to now. */
  readonly wayBack?: Release
}

/** Seconds since 1970, both; `listeningSince` as in engine/silence.ts. */
export interface Moment {
  readonly now: number
  readonly listeningSince: number
}

export async function rolloutsOfCohort(
  { rollouts, releases }: Pick<Stores, 'rollouts' | 'releases'>,
  product: string,
  cohort: string,
): Promise<readonly RolloutWithRelease[]> {
  const found: RolloutWithRelease[] = []
  for (const rollout of await rollouts.ofCohort(product, cohort)) {
    const published = await releases.find(product, rollout.release)
    if (published === undefined) continue
    const wayBack = await wayBackOf({ releases }, rollout)
    const { release } = published
    const entitlement = entitlementFor(published)
    found.push({
      ...{ rollout, release, ...(wayBack === undefined ? {} : { wayBack }) },
      ...(entitlement === undefined ? {} : { entitlement }),
    })
  }
  return found
}

/** Undefined too once nobody could verify it any more, or it was withdrawn itself. */
async function wayBackOf(
  { releases }: Pick<Stores, 'releases'>,
  { product, plan, engine }: Rollout,
): Promise<Release | undefined> {
  const version = returnsTo(plan, engine)
  const earlier = version === undefined ? undefined : await releases.find(product, version)
  return earlier?.listed && earlier.withdrawnAt === undefined ? earlier.release : undefined
}

export function offersAmong(rollouts: readonly RolloutWithRelease[]): CohortOffers {
  return offersOfCohort(rollouts.map(inCohort))
}

export function inCohort({ rollout, release }: RolloutWithRelease): CohortRollout {
  const { id, state, plan, startedAt } = rollout
  const { kind, version } = release
  return { id, state, kind, version, priority: plan.priority, startedAt }
}

export function countingOf(
  rollout: Rollout,
  overtakenBy: string | undefined,
  { now, listeningSince }: Moment,
  entitlement: string | undefined,
): Counting {
  const { product, id, cohort, attempt, release, plan, engine } = rollout
  const silence = silenceLimits(plan, engine, listeningSince, now)
  const needed = entitlement === undefined ? undefined : { name: entitlement, at: now }
  return {
    ...{ product, id, cohort, attempt, version: release, overtakenBy, silence },
    entitlement: needed,
  }
}

export interface Standing {
  readonly counting: Counting
  readonly progress: RolloutProgress
}

/** As {@link standingOf}, for who looks at some devices alone: nothing is counted, and a fleet may be a million. */
export async function countingNow(
  stores: Pick<Stores, 'rollouts' | 'releases'>,
  rollout: Rollout,
  moment: Moment,
): Promise<{ readonly counting: Counting; readonly artifactBytes: number }> {
  const others = await rolloutsOfCohort(stores, rollout.product, rollout.cohort)
  const overtakenBy = offersAmong(others).overtaken.find(({ id }) => id === rollout.id)?.by
  const own = others.find(({ rollout: { id } }) => id === rollout.id)
  const artifactBytes = own?.release.length ?? 1
  return { counting: countingOf(rollout, overtakenBy, moment, own?.entitlement), artifactBytes }
}

export async function standingOf(
  stores: Stores,
  rollout: Rollout,
  moment: Moment,
): Promise<Standing> {
  const { counting, artifactBytes } = await countingNow(stores, rollout, moment)
  const counts = await stores.members.progress(counting, rollout.plan.groups.length)
  return { counting, progress: { ...counts, artifactBytes, overtakenBy: counting.overtakenBy } }
}
