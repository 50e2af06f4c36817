/** The devices that a rollout to a cohort would be for, before it has any rows. */
import type { Kysely } from 'kysely'
import type { Candidate, Counting } from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'
import { entitledSql } from './member-column.ts'
import { choicesOf, factsOf } from './member-row.ts'

export async function candidatesOf(
  database: Kysely<Tables>,
  counting: Counting,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<readonly Candidate[]> {
  const rows = await database
    .selectFrom('devices as device')
    .select(['device.id as device', 'device.version', 'device.rollout as now_in', 'device.state'])
    .select(['device.waiting_for', 'device.opted_out', 'device.postponed_until', 'device.cohort'])
    .select(['device.postponed_version', 'device.automatic_security'])
    .select(['device.automatic_functionality', 'device.own_window', 'device.time_zone'])
    .select(['device.last_seen_at', 'device.revoked_at', 'device.quarantined_at'])
    .select(['device.decommissioned_at', entitledSql(counting).as('entitled')])
    .where('device.product', '=', counting.product)
    .where('device.cohort', '=', counting.cohort)
    .where('device.decommissioned_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('device.id', '>', after ?? ''))
    .orderBy('device.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    ...{ device: factsOf(row, counting.cohort), choices: choicesOf(row) },
    lastSeenAt: row.last_seen_at ?? undefined,
  }))
}
