/** How often devices connected in the hour that runs, and when it was last too often (devices/flapping.ts). */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { engineOf } from '../engine.ts'
import { run } from './statements.ts'

const statements = [
  'ALTER TABLE devices ADD COLUMN connections INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE devices ADD COLUMN connections_since INTEGER',
  'ALTER TABLE devices ADD COLUMN flapped_at INTEGER',
  // Written for devices alone that flap; of a calm one no column of it ever changes.
  'CREATE INDEX devices_flapping ON devices (product, flapped_at, id) WHERE flapped_at IS NOT NULL',
]

/**
 * With all that filters ask for, as 0004 made it. Presence rewrites its entry as it is, because it has `last_seen_at`:
 * the column more costs no write.
 */
const SCANNED = [
  'DROP INDEX devices_scanned',
  `CREATE INDEX devices_scanned ON devices (product, id, cohort, version_key, security_counter, state,
    waiting_for, online, last_seen_at, enrolled_at, rollout, code, integrity, pinned, test, quarantined_at,
    clone_suspected_at, revoked_at, decommissioned_at, flapped_at)`,
]

export const connections: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await run(database, statements)
    if (engineOf(database) === 'sqlite') await run(database, SCANNED)
  },
}
