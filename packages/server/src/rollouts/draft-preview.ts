/**
 * What a rollout would do that nobody has created: its cohort is read, and nothing is written. Chance decides anew who is
 * in a share when it is created, so shares have numbers here and no names.
 */
import { SHARE_ALL, sharePosition } from '@fleetward/shared'
import type { Stores } from '../stores.ts'
import { Audience, SAMPLE_COUNT } from './audience.ts'
import { groupAt, groupRanges } from './engine/plan/group-ranges.ts'
import { troubleOf } from './fill-members.ts'
import { NamedByFilter } from './named-by-filter.ts'
import { type PreviewMoment, previewAmong } from './preview-for.ts'
import { countingOf, type RolloutWithRelease, rolloutsOfCohort } from './standing.ts'

const PAGE_COUNT = 5_000

export async function previewOfDraft(
  stores: Stores,
  draft: RolloutWithRelease,
  moment: PreviewMoment,
) {
  const { rollout } = draft
  const others = await rolloutsOfCohort(stores, rollout.product, rollout.cohort)
  const { groups, tooSmall } = await audienceOf(stores, draft, moment)
  const preview = await previewAmong(stores, rollout, [...others, draft], groups, moment)
  const { policy, notice } = rollout
  const trouble = tooSmall && troubleOf(rollout, tooSmall)
  return { ...preview, policy, notice, ...(trouble === undefined ? {} : { trouble }) }
}

async function audienceOf(stores: Stores, draft: RolloutWithRelease, moment: PreviewMoment) {
  const { rollout, release, entitlement } = draft
  const { plan, share } = rollout
  const counting = countingOf(rollout, undefined, moment, entitlement)
  const groups = plan.groups.map(() => new Audience())
  /** Of those that no filter takes, by position: a count ends where enough devices are. */
  const drawn = new Map<number, Audience>()
  const some: string[] = []
  const offer = {
    ...{ version: release.version, minimumVersion: release.minimumVersion },
    ...{ kind: release.kind, apply: rollout.policy.apply },
  }
  const filters = new NamedByFilter(stores, rollout, moment.now)
  let after: string | undefined
  for (;;) {
    moment.signal.throwIfAborted()
    const page = await stores.members.candidates(counting, { after, limit: PAGE_COUNT })
    const named = await filters.upTo(page.at(-1)?.device.device)
    for (const candidate of page) {
      const { device } = candidate.device
      const group = groups[named.get(device) ?? -1]
      if (group !== undefined) {
        group.add(candidate, offer, moment.now)
        continue
      }
      const position = sharePosition(share.salt, device)
      const here = drawn.get(position) ?? new Audience()
      here.add(candidate, offer, moment.now)
      drawn.set(position, here)
      if (some.length < SAMPLE_COUNT) some.push(device)
    }
    if (page.length < PAGE_COUNT) break
    after = page.at(-1)?.device.device
  }
  const { ranges, tooSmall } = groupRanges(plan, (position) => drawn.get(position)?.members ?? 0)
  for (const [position, counted] of drawn) {
    groups[groupAt(ranges, position) ?? -1]?.addAll(counted)
  }
  const everybody = ranges.findIndex((range) => range?.from === 0 && range.to === SHARE_ALL)
  groups[everybody]?.sample.push(...some)
  return { groups, tooSmall: tooSmall[0] }
}
