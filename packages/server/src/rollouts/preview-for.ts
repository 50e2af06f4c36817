/** What would happen if the rollout started now (engine/preview.ts), of the devices that it has. */
import type { Stores } from '../stores.ts'
import { Audience } from './audience.ts'
import { deadlineNow } from './deadlines/due-now.ts'
import { previewOf } from './engine/preview.ts'
import { ownHours } from './own-hours.ts'
import type { Rollout } from './rollout.ts'
import {
  countingNow,
  inCohort,
  type Moment,
  type RolloutWithRelease,
  rolloutsOfCohort,
} from './standing.ts'

const PAGE_COUNT = 5_000

export interface PreviewMoment extends Moment {
  /** Aborted when nobody waits for the preview any more. */
  readonly signal: AbortSignal
}

export async function previewFor(stores: Stores, rollout: Rollout, moment: PreviewMoment) {
  const { product, cohort, plan } = rollout
  const cohortsRollouts = await rolloutsOfCohort(stores, product, cohort)
  const own = cohortsRollouts.find((one) => one.rollout.id === rollout.id)
  const { counting } = await countingNow(stores, rollout, moment)
  const groups = plan.groups.map(() => new Audience())
  const offer = {
    ...{ version: rollout.release, minimumVersion: own?.release.minimumVersion },
    ...{ kind: own?.release.kind, apply: rollout.policy.apply },
  }
  let after: string | undefined
  for (;;) {
    moment.signal.throwIfAborted()
    const page = await stores.members.page(counting, { after, limit: PAGE_COUNT })
    for (const member of page) groups[member.membership.group]?.add(member, offer, moment.now)
    if (page.length < PAGE_COUNT) break
    after = page.at(-1)?.device.device
  }
  return previewAmong(stores, rollout, cohortsRollouts, groups, moment)
}

/** `ofCohort`: all of its rollouts, this one too. */
export async function previewAmong(
  stores: Stores,
  rollout: Rollout,
  ofCohort: readonly RolloutWithRelease[],
  audience: readonly Audience[],
  moment: Moment,
) {
  const own = ofCohort.find((one) => one.rollout.id === rollout.id)
  const others = ofCohort.filter((one) => one !== own).map(inCohort)
  const mine = own === undefined ? undefined : inCohort(own)
  const preview = previewOf(
    rollout.plan,
    audience,
    {
      artifactBytes: own?.release.length ?? 1,
      rollout: mine ?? { ...fallback(rollout), kind: 'functionality' },
      others,
    },
    moment.now,
  )
  const all = new Audience()
  for (const group of audience) all.addAll(group)
  const opensAt = preview.firstOpensAt ?? moment.now
  const hours = ownHours(all.hours, rollout.plan.window, opensAt)
  return { ...preview, ...hours, deadline: await deadlineNow(stores, rollout) }
}

function fallback({ id, state, release, plan, startedAt }: Rollout) {
  return { id, state, version: release, priority: plan.priority, startedAt }
}
