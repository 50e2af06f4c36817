/** The state of a device that runs an affected version, in SQL: exposedStateOf, rule for rule and in its order. */
import { type RawBuilder, sql } from 'kysely'
import type { ExposedState, Moment } from '../../../exposure/exposed-state.ts'

/** Of `devices`. */
export function exposedStateSql({ now, seenSince }: Moment): RawBuilder<ExposedState> {
  return sql<ExposedState>`CASE
    WHEN revoked_at IS NOT NULL OR quarantined_at IS NOT NULL THEN 'unsupported'
    WHEN online = 0 AND coalesce(last_seen_at, 0) < ${seenSince} THEN 'offline'
    WHEN opted_out = 1 OR coalesce(waiting_for, '') = 'optIn' THEN 'optedOut'
    WHEN coalesce(postponed_until, 0) > ${now} OR coalesce(waiting_for, '') = 'postponement' THEN 'postponed'
    ELSE 'pending' END`
}
