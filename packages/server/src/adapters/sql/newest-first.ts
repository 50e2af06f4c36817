/** Lists with the newest first, which go on behind the last entry that their reader has: its `number` says where it stood. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'

type Numbered =
  | 'advisories'
  | 'case_suggestions'
  | 'cases'
  | 'disclosure_reports'
  | 'gate_waivers'
  | 'mails'
  | 'subscriptions'

/** Of the rows of `table` those that are older than this one; none where it is not there. */
export function olderThan(table: Numbered, id: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`number < (select earlier.number from ${sql.table(table)} as earlier where earlier.id = ${id})`
}
