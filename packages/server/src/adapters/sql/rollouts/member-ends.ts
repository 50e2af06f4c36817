/** When a rollout's devices ended, counted along `rollout_members_ended` from one time to the next: no row is looked up or sorted. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { EndedBy, RolloutKey } from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'

export type Attempt = RolloutKey & { readonly attempt: number }

export async function endedBy(
  database: Kysely<Tables>,
  rollout: Attempt,
  times: readonly number[],
): Promise<readonly EndedBy[]> {
  if (times.length === 0) return []
  const spans = times.map(
    (until, number) =>
      sql`(${sql.lit(number)}, ${sql.lit(times[number - 1] ?? -1)}, ${sql.lit(until)})`,
  )
  const { rows } = await sql<{ committed: number; failed: number }>`
    WITH span(number, behind, until) AS (VALUES ${sql.join(spans)})
    SELECT (SELECT count(*) FROM rollout_members AS member WHERE ${committed(rollout)} AND ${WITHIN}) AS committed,
      (SELECT count(*) FROM rollout_members AS member WHERE ${failed(rollout)} AND ${WITHIN}) AS failed
    FROM span ORDER BY number
  `.execute(database)
  const sum = { committed: 0, failed: 0 }
  return rows.map((row) => {
    sum.committed += Number(row.committed)
    sum.failed += Number(row.failed)
    return { ...sum }
  })
}

export async function lastEnd(
  database: Kysely<Tables>,
  rollout: Attempt,
): Promise<number | undefined> {
  const last = (of: RawBuilder<boolean>) =>
    sql`(SELECT max(end_at) FROM rollout_members AS member WHERE ${of})`
  const { rows } = await sql<{ committed: number | null; failed: number | null }>`
    SELECT ${last(committed(rollout))} AS committed, ${last(failed(rollout))} AS failed
  `.execute(database)
  const known = [rows[0]?.committed, rows[0]?.failed].flatMap((at) => (at == null ? [] : [at]))
  return known.length === 0 ? undefined : Math.max(...known.map(Number))
}

const WITHIN = sql<boolean>`member.end_at > span.behind AND member.end_at <= span.until`

function committed({ product, id }: RolloutKey) {
  return sql<boolean>`member.product = ${product} AND member.rollout = ${id} AND member.end_as = 'succeeded'`
}

function failed({ product, id, attempt }: Attempt) {
  return sql<boolean>`member.product = ${product} AND member.rollout = ${id} AND member.end_as = 'failed'
    AND member.end_attempt >= ${attempt}`
}
