/**
 * Counts connections in the row of the device, by the statement that writes its presence. The hour begins with the
 * first connection after the one before is over, and anew when the clock was set back before its beginning.
 */
import { type RawBuilder, sql } from 'kysely'
import { CALM_MAX_CONNECTIONS, FLAPPING_SECONDS } from '../../../devices/flapping.ts'

/** More in one batch say no more, and each number is a statement of its own. */
export const COUNTED_MAX_CONNECTIONS = CALM_MAX_CONNECTIONS + 1

interface Counts {
  readonly connections: RawBuilder<number>
  readonly connections_since: RawBuilder<number>
  readonly flapped_at: RawBuilder<number | null>
}

/** What the columns become when a device connects `more` times. */
export function countedOn(more: number, now: number): Counts {
  const count = sql`CAST(${more} AS BIGINT)`
  const at = sql`CAST(${now} AS BIGINT)`
  const hour = sql.lit(FLAPPING_SECONDS)
  const runs = sql`connections_since <= ${at} AND connections_since > ${at} - ${hour}`
  const connections = sql<number>`CASE WHEN ${runs} THEN connections + ${count} ELSE ${count} END`
  return {
    connections,
    connections_since: sql`CASE WHEN ${runs} THEN connections_since ELSE ${at} END`,
    // Forgotten where it is over, so that the index holds few.
    flapped_at: sql`CASE WHEN ${connections} > ${sql.lit(CALM_MAX_CONNECTIONS)} THEN ${at}
      WHEN ${flapsAt(sql.ref('flapped_at'), now)} THEN flapped_at ELSE NULL END`,
  }
}

/** isFlapping of devices/flapping.ts; of a column that is empty neither true nor false. */
export function flapsAt(column: RawBuilder<unknown>, now: number): RawBuilder<boolean> {
  return sql`(${column} > ${now - FLAPPING_SECONDS} AND ${column} < ${now + FLAPPING_SECONDS})`
}
