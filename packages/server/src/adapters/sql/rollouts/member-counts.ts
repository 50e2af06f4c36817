/** How many of a rollout's devices are where. */
import { type Kysely, sql } from 'kysely'
import { type Column, nobody } from '../../../rollouts/engine/progress.ts'
import type { Counting, ReportedProgress, RolloutKey } from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'
import { columnSql } from './member-column.ts'
import { membersOf, membersWithDevices } from './member-queries.ts'

/** Whose turn has not come, and who has succeeded, is counted from indexes alone. */
export async function countedProgress(
  database: Kysely<Tables>,
  counting: Counting,
  groupsCount: number,
) {
  const groups = Array.from({ length: groupsCount }, () => ({ ...nobody() }))
  const late = { ...nobody() }
  const add = (row: { grp: number | null; late: number; devices: number }, column: Column) => {
    const counts = row.late === 1 ? late : groups[row.grp ?? -1]
    if (counts !== undefined) counts[column] += row.devices
  }
  const alike = membersOf(database, counting)
    .select(['grp', 'late', sql<number>`count(*)`.as('devices')])
    .groupBy(['grp', 'late'])
  const waiting = await alike.where('offered_at', 'is', null).execute()
  for (const row of waiting) add(row, 'notOffered')
  const succeeded = await alike.where(sql<boolean>`end_as = 'succeeded'`).execute()
  for (const row of succeeded) add(row, 'succeeded')
  const others = await membersWithDevices(database, counting)
    .select(['member.grp', 'member.late', columnSql(counting).as('column')])
    .select(sql<number>`count(*)`.as('devices'))
    .where('member.offered_at', 'is not', null)
    .where(({ eb, or }) =>
      or([eb('member.end_as', 'is', null), eb('member.end_as', '=', 'failed')]),
    )
    .groupBy(['member.grp', 'member.late', 'column'])
    .execute()
  for (const row of others) add(row, row.column)
  return { groups, late }
}

/** What its devices say themselves, and how they ended. */
export async function countedReports(
  database: Kysely<Tables>,
  { attempt, ...rollout }: RolloutKey & { readonly attempt: number },
): Promise<ReportedProgress> {
  const said = await membersWithDevices(database, rollout)
    .select(['device.state', 'device.waiting_for', sql<number>`count(*)`.as('devices')])
    .whereRef('device.rollout', '=', 'member.rollout')
    .where('device.state', 'is not', null)
    .groupBy(['device.state', 'device.waiting_for'])
    .execute()
  const ends = await membersOf(database, rollout)
    .select(['end_as', 'end_code', sql<number>`count(*)`.as('devices')])
    .where(({ eb, or, and }) =>
      or([
        eb('end_as', '=', 'succeeded'),
        and([eb('end_as', '=', 'failed'), eb('end_attempt', '>=', attempt)]),
      ]),
    )
    .groupBy(['end_as', 'end_code'])
    .execute()
  const failed = ends.filter(({ end_as }) => end_as === 'failed')
  const succeeded = ends.filter(({ end_as }) => end_as === 'succeeded')
  const total = (rows: readonly { devices: number }[]) =>
    rows.reduce((sum, { devices }) => sum + devices, 0)
  return {
    byState: summed(said.map((row) => [row.state, row.devices])),
    waitingFor: summed(said.map((row) => [row.waiting_for, row.devices])),
    ...{ committed: total(succeeded), failed: total(failed) },
    failureCodes: summed(failed.map((row) => [row.end_code ?? 'UNKNOWN', row.devices])),
  }
}

function summed(
  entries: readonly (readonly [name: string | null, count: number])[],
): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [name, count] of entries) {
    if (name !== null) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}
