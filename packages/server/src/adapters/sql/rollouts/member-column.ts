/**
 * The column of a device in SQL: columnOf (rollouts/engine/column.ts), rule for rule and in its order. A test holds
 * both against the same cases.
 */
import { type RawBuilder, sql } from 'kysely'
import { versionKey } from '../../../devices/version-key.ts'
import { COLUMN_OF_WAIT } from '../../../rollouts/engine/column.ts'
import type { Column } from '../../../rollouts/engine/progress.ts'
import type { Counting } from '../../../rollouts/member-store.ts'
import { isEntitled } from '../devices/entitlement-store.ts'

const AT_WORK = sql`device.state IN ('downloading', 'installing', 'arming', 'rebooting', 'trial', 'committing', 'rollingBack')`

const WAITS = sql`CASE device.waiting_for ${sql.join(
  Object.entries(COLUMN_OF_WAIT).map(
    ([wait, column]) => sql`WHEN ${sql.lit(wait)} THEN ${sql.lit(column)}`,
  ),
  sql` `,
)} ELSE 'waiting' END`

/** Of `rollout_members AS member` joined with `devices AS device`. */
export function columnSql({
  id,
  cohort,
  attempt,
  version,
  overtakenBy,
  silence,
  entitlement,
}: Counting): RawBuilder<Column> {
  const key = versionKey(version) ?? ''
  const aboutThis = sql`device.rollout = ${id}`
  return sql<Column>`CASE
    WHEN member.offered_at IS NULL THEN 'notOffered'
    WHEN member.end_as = 'succeeded' THEN 'succeeded'
    WHEN member.end_as = 'failed' AND member.end_attempt >= ${attempt} THEN 'failed'
    WHEN ${blockedSql(cohort)} THEN 'blocked'
    WHEN ${entitledSql({ entitlement })} = 0 THEN 'blocked'
    WHEN ${AT_WORK} AND ${aboutThis} THEN CASE
      WHEN device.waiting_for IS NOT NULL THEN ${WAITS}
      WHEN member.silence_from <= ${silence.underWay} THEN 'silent'
      ELSE 'underWay' END
    WHEN device.version_key = ${key} THEN 'succeeded'
    WHEN device.version_key > ${key} OR ${overtakenBy === undefined ? 0 : 1} = 1 OR ${AT_WORK} THEN 'overtaken'
    WHEN ${aboutThis} AND device.waiting_for IS NOT NULL THEN ${WAITS}
    WHEN device.opted_out = 1 THEN 'optedOut'
    WHEN member.silence_from IS NULL THEN 'offline'
    WHEN member.silence_from <= ${silence.offered} THEN 'silent'
    ELSE 'offered' END`
}

/** 1: it may be offered the release. */
export function entitledSql({ entitlement }: Pick<Counting, 'entitlement'>): RawBuilder<number> {
  if (entitlement === undefined) return sql<number>`1`
  return sql<number>`CASE WHEN ${isEntitled(entitlement)} THEN 1 ELSE 0 END`
}

function blockedSql(cohort: string) {
  return sql`(device.revoked_at IS NOT NULL OR device.quarantined_at IS NOT NULL
    OR device.decommissioned_at IS NOT NULL OR device.cohort <> ${cohort})`
}
