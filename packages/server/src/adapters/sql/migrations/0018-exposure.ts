/**
 * Exposure: which version each device ran from when to when, and in which country an operator says it is.
 *
 * What a device ran before this migration is not known any more, only that it ran its version when it was last heard
 * of: such a stay begins there, and says so.
 */
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { countryOf } from '../../../exposure/country.ts'
import { engineOf } from '../engine.ts'
import { run } from './statements.ts'

const statements = [
  // `until` is null while it runs. No two stays of a device overlap, and none is empty. `came_from`, `left_for`: the
  // versions before and after.
  `CREATE TABLE device_stays (
    device TEXT NOT NULL REFERENCES devices(id),
    since INTEGER NOT NULL,
    product TEXT NOT NULL,
    version TEXT NOT NULL,
    until INTEGER,
    came_from TEXT,
    left_for TEXT,
    began_before INTEGER NOT NULL,
    PRIMARY KEY (device, since)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO device_stays (device, since, product, version, until, began_before)
    SELECT id, coalesce(last_seen_at, enrolled_at), product, version, NULL, 1 FROM devices
    WHERE version IS NOT NULL AND decommissioned_at IS NULL`,
  // All that is asked of the stays on some versions, so that no row is looked up.
  `CREATE INDEX device_stays_by_version
    ON device_stays (product, version, until, since, left_for, came_from, began_before, device)`,
  'CREATE INDEX device_stays_ended ON device_stays (until) WHERE until IS NOT NULL',
  'ALTER TABLE devices ADD COLUMN country TEXT',
]

/** In the order in which they are grouped: SQLite would sort a million rows. PostgreSQL reads the table through. */
const EXPOSED = `CREATE INDEX devices_exposed ON devices (product, version_key, cohort, country, last_seen_at, online,
  waiting_for, opted_out, postponed_until, revoked_at, quarantined_at, decommissioned_at)`

export const exposure: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await run(database, statements)
    if (engineOf(database) === 'sqlite') await run(database, [EXPOSED])
    await setCountries(database)
  },
}

async function setCountries(database: Kysely<unknown>): Promise<void> {
  const named = sql`FROM device_attributes WHERE source = 'operator' AND name = 'country'`
  const { rows } = await sql<{ text: string }>`SELECT DISTINCT text ${named}`.execute(database)
  for (const { text } of rows) {
    const country = countryOf(text)
    if (country === undefined) continue
    await sql`UPDATE devices SET country = ${country}
      WHERE id IN (SELECT device ${named} AND text = ${text})`.execute(database)
  }
}
