/**
 * Gives every device of the cohort its row in the rollout and its group: first its position, a page at a time, then
 * who a filter takes, then the ranges of the others. Each page is a transaction of its own, and whatever was done
 * before the power failed is found done: a row that is there stays.
 */
import { SHARE_ALL, sharePosition } from '@fleetward/shared'
import { matching } from '../devices/filter/matching.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Database, Stores } from '../stores.ts'
import { groupRanges } from './engine/group-ranges.ts'
import type { Rollout } from './rollout.ts'

const PAGE_COUNT = 2_000

/** Resolves once all are there but those who joined while the last page was written; the caller asks again. */
export async function fillMembers(
  { database, manifests }: { readonly database: Database; readonly manifests: Manifests },
  rollout: Rollout,
  now: number,
  mayGoOn: () => boolean,
): Promise<void> {
  let after = ''
  while (mayGoOn()) {
    const page = await database.transaction((stores) => addPage(stores, rollout, after))
    if (page.length < PAGE_COUNT) break
    after = page.at(-1) ?? after
  }
  for (const [group, { members }] of rollout.plan.groups.entries()) {
    if (!('filter' in members)) continue
    const { product, cohort } = rollout
    const query = { product, cohort, filterText: members.filter, now }
    for await (const devices of matching(database.deviceSearch, query)) {
      if (!mayGoOn()) return
      await database.transaction((stores) =>
        assignByName(stores, manifests, rollout, group, devices),
      )
    }
  }
}

/**
 * A share of the cohort would reach them by their position, before their turn: so they are held, with manifests of
 * their own. Where there are filters alone, there is no share.
 */
async function assignByName(
  stores: Stores,
  manifests: Pick<Manifests, 'signOwn'>,
  rollout: Rollout,
  group: number,
  devices: readonly string[],
): Promise<void> {
  await stores.members.assign(rollout, group, devices)
  if (rollout.plan.groups.every(({ members }) => 'filter' in members)) return
  await stores.members.hold(rollout, devices)
  const { product, cohort } = rollout
  await manifests.signOwn(stores, { product, cohort, devices })
}

/** In the transaction that ends the filling: nobody is left, and everybody has a group. */
export async function completeMembers(stores: Stores, rollout: Rollout): Promise<Rollout> {
  for (;;) {
    const page = await addPage(stores, rollout, '')
    if (page.length < PAGE_COUNT) break
  }
  const devicesAt = await stores.members.ungrouped(rollout)
  const { ranges } = groupRanges(rollout.plan, (position) => devicesAt.get(position) ?? 0)
  // A rollout of before there were groups has opened its only range.
  const isOpen = rollout.engine.openGroup >= 0
  const kept = isOpen ? [{ from: 0, to: Math.min(SHARE_ALL, rollout.share.upTo) }] : ranges
  await stores.members.assignRanges(rollout, kept)
  return { ...rollout, ranges: kept, isFilled: true }
}

async function addPage(
  stores: Stores,
  rollout: Rollout,
  after: string,
): Promise<readonly string[]> {
  const devices = await stores.members.missing(rollout, after, PAGE_COUNT)
  const { salt } = rollout.share
  await stores.members.add(
    rollout,
    devices.map((device) => ({
      device,
      position: sharePosition(salt, device),
      group: undefined,
    })),
  )
  return devices
}
