/**
 * What a rollout would do that nobody has created: its cohort is read, and nothing is written. Chance decides anew who is
 * in a share when it is created, so shares have numbers here and no names.
 */
import { SHARE_ALL, sharePosition } from '@fleetward/shared'
import type { Stores } from '../stores.ts'
import { groupAt, groupRanges } from './engine/plan/group-ranges.ts'
import {
  type GroupAudience,
  isAutomatic,
  PROSPECTS,
  type Prospect,
  prospectOf,
} from './engine/preview.ts'
import { troubleOf } from './fill-members.ts'
import { NamedByFilter } from './named-by-filter.ts'
import { nobody, type PreviewMoment, previewAmong } from './preview-for.ts'
import { countingOf, type RolloutWithRelease, rolloutsOfCohort } from './standing.ts'

const PAGE_COUNT = 5_000
const SAMPLE_COUNT = 5

type Counted = Record<Prospect, number>

interface Audience {
  members: number
  readonly prospects: Counted
  readonly sample: string[]
}

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
  const groups = plan.groups.map((): Audience => ({ members: 0, prospects: nobody(), sample: [] }))
  /** Of those that no filter takes, by position: a count ends where enough devices are. */
  const drawn = new Map<number, Counted>()
  const some: string[] = []
  const asked = { version: release.version, minimumVersion: release.minimumVersion }
  const isUnasked = isAutomatic(release.kind, rollout.policy)
  const filters = new NamedByFilter(stores, rollout, moment.now)
  let after: string | undefined
  for (;;) {
    moment.signal.throwIfAborted()
    const page = await stores.members.candidates(counting, { after, limit: PAGE_COUNT })
    const named = await filters.upTo(page.at(-1)?.device.device)
    for (const { device, lastSeenAt } of page) {
      const prospect = prospectOf(
        { ...device, lastSeenAt, isAutomatic: isUnasked },
        asked,
        moment.now,
      )
      const group = groups[named.get(device.device) ?? -1]
      if (group !== undefined) {
        add(group, prospect)
        if (group.sample.length < SAMPLE_COUNT) group.sample.push(device.device)
        continue
      }
      const position = sharePosition(share.salt, device.device)
      const here = drawn.get(position) ?? nobody()
      here[prospect] += 1
      drawn.set(position, here)
      if (some.length < SAMPLE_COUNT) some.push(device.device)
    }
    if (page.length < PAGE_COUNT) break
    after = page.at(-1)?.device.device
  }
  const { ranges, tooSmall } = groupRanges(plan, (position) => sum(drawn.get(position)))
  for (const [position, counted] of drawn) {
    const group = groups[groupAt(ranges, position) ?? -1]
    for (const prospect of PROSPECTS) {
      if (group !== undefined) add(group, prospect, counted[prospect])
    }
  }
  const everybody = ranges.findIndex((range) => range?.from === 0 && range.to === SHARE_ALL)
  groups[everybody]?.sample.push(...some)
  return { groups: groups as readonly GroupAudience[], tooSmall: tooSmall[0] }
}

function add(group: Audience, prospect: Prospect, count = 1): void {
  group.members += count
  group.prospects[prospect] += count
}

function sum(counted: Counted | undefined): number {
  return counted === undefined ? 0 : PROSPECTS.reduce((all, each) => all + counted[each], 0)
}
