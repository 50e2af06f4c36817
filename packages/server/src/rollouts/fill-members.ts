/**
 * Gives every device of the cohort its row in the rollout and its group, a part at a time: first who a filter takes, then
 * the others by their positions. Each part is a transaction of its own and a few milliseconds long, so that a cohort of
 * any size keeps nobody waiting; whatever was done before the power failed is found done, because a row that is there
 * stays. Who joins meanwhile gets a row at once (late-joiners.ts).
 */
import { SHARE_ALL, sharePosition } from '@fleetward/shared'
import { parseFilter } from '../devices/filter/parse-filter.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Database, Stores } from '../stores.ts'
import {
  groupAt,
  groupRanges,
  type PositionRange,
  type TooSmallCount,
} from './engine/plan/group-ranges.ts'
import type { RolloutPlan } from './engine/plan/plan.ts'
import { changed, type Rollout } from './rollout.ts'

const PAGE_COUNT = 1_000
/** Each of them gets a manifest signed. */
const NAMED_PAGE_COUNT = 250
/** Positions, of about ten devices each in a cohort of 100,000. */
const SLICE_COUNT = 100

/** What comes next. It need not outlive the server: from the start on, what is done is skipped. */
export type FillPoint =
  | { readonly step: 'filter'; readonly group: number; readonly after: string }
  | { readonly step: 'cohort'; readonly after: string }
  | { readonly step: 'ranges'; readonly from: number }

export const FILL_START: FillPoint = { step: 'filter', group: 0, after: '' }

export interface FillNeeds {
  readonly database: Database
  readonly manifests: Pick<Manifests, 'signOwn'>
}

/** Of a plan without counts, whose ranges need no cohort; empty for others. */
export function rangesOfPlan(plan: RolloutPlan): readonly PositionRange[] {
  const counts = plan.groups.some(({ members }) => 'count' in members)
  return counts ? [] : groupRanges(plan, () => 0).ranges
}

/** One part. Undefined: everybody has a row and a group, or the rollout has got into trouble. */
export function fillPart(
  { database, manifests }: FillNeeds,
  rollout: Rollout,
  point: FillPoint,
  now: number,
): Promise<FillPoint | undefined> {
  return database.transaction(async (stores) => {
    switch (point.step) {
      case 'filter':
        return addNamed(stores, manifests, rollout, point, now)
      case 'cohort':
        return addPage(stores, rollout, point.after)
      case 'ranges':
        return rollout.ranges.length === 0
          ? countRanges(stores, rollout, now)
          : assignSlice(stores, rollout, point.from)
    }
  })
}

/**
 * A share of the cohort would reach them by their position, before their turn: so they are held, with manifests of
 * their own. Where there are filters alone, there is no share.
 */
async function addNamed(
  stores: Stores,
  manifests: Pick<Manifests, 'signOwn'>,
  rollout: Rollout,
  { group, after }: FillPoint & { step: 'filter' },
  now: number,
): Promise<FillPoint> {
  const { product, cohort, plan, share } = rollout
  const members = plan.groups[group]?.members
  if (members === undefined) return { step: 'cohort', after: '' }
  const next: FillPoint = { step: 'filter', group: group + 1, after: '' }
  if (!('filter' in members)) return next
  const held = plan.groups.some((other) => !('filter' in other.members))
  const devices = await stores.deviceSearch.page(
    { product, cohort, filter: parseFilter(members.filter), now },
    { limit: NAMED_PAGE_COUNT, ...(after === '' ? {} : { after }) },
  )
  await stores.members.add(
    rollout,
    devices.map((device) => ({
      ...{ device, group, held, position: sharePosition(share.salt, device) },
    })),
  )
  if (held) await manifests.signOwn(stores, { product, cohort, devices })
  const last = devices.at(-1)
  return devices.length < NAMED_PAGE_COUNT || last === undefined
    ? next
    : { step: 'filter', group, after: last }
}

async function addPage(
  stores: Stores,
  rollout: Rollout,
  after: string,
): Promise<FillPoint | undefined> {
  const { ranges, share, startedAt } = rollout
  const areKnown = ranges.length > 0
  const devices = await stores.members.missing(rollout, after, PAGE_COUNT)
  await stores.members.add(
    rollout,
    devices.flatMap((device) => {
      const position = sharePosition(share.salt, device)
      const group = areKnown ? groupAt(ranges, position) : undefined
      if (areKnown && group === undefined) return []
      // Only of a rollout of before there were rows: whoever its manifest reaches was offered it.
      const offeredAt = position < share.upTo ? startedAt : undefined
      return [{ device, position, group, offeredAt }]
    }),
  )
  const last = devices.at(-1)
  if (devices.length === PAGE_COUNT && last !== undefined) return { step: 'cohort', after: last }
  return areKnown ? undefined : { step: 'ranges', from: 0 }
}

/** How many devices have which position is known now. */
async function countRanges(
  stores: Stores,
  rollout: Rollout,
  now: number,
): Promise<FillPoint | undefined> {
  const devicesAt = await stores.members.ungrouped(rollout)
  const found = groupRanges(rollout.plan, (position) => devicesAt.get(position) ?? 0)
  const [mistake] = found.tooSmall
  if (mistake === undefined) {
    await stores.rollouts.replace(rollout.revision, { ...rollout, ranges: found.ranges })
    return { step: 'ranges', from: 0 }
  }
  const trouble = troubleOf(rollout, mistake)
  await stores.rollouts.replace(rollout.revision, changed(rollout, { trouble }, now))
  const { product, id, release, cohort } = rollout
  await stores.events.add({
    ...{ at: now, type: 'rollout.inTrouble', product },
    data: { rollout: id, release, cohort, code: trouble.code },
  })
  return undefined
}

async function assignSlice(
  stores: Stores,
  rollout: Rollout,
  from: number,
): Promise<FillPoint | undefined> {
  const to = from + SLICE_COUNT
  await stores.members.assignRanges(rollout, rollout.ranges, { from, to })
  return to < SHARE_ALL ? { step: 'ranges', from: to } : undefined
}

export function troubleOf({ plan }: Pick<Rollout, 'plan'>, { group, asked, least }: TooSmallCount) {
  const name = plan.groups[group]?.name
  return {
    code: 'GROUP_TOO_SMALL',
    facts: { group: String(name), asked, least },
    says: `Group ${name} asks for ${asked} devices, and a cohort of this size opens at least ${least} at once. Ask for ${least} or more, or name the devices by a filter`,
  }
}
