/**
 * The fleet: attributes, cohorts with rules, saved filters, quarantine, test devices, devices that are expected, and
 * what is left of a device that is gone.
 *
 * `devices` keeps what filters ask for and nothing else, about 160 bytes a row, so that a million of them can be
 * read through in less than a tenth of a second; what is long or only for one device at a time is in `device_heads`.
 */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { versionKey } from '../../../devices/version-key.ts'
import { engineOf } from '../engine.ts'
import { addInventories } from './inventories.ts'
import { run } from './statements.ts'

/** Moved from `devices`: heads of its chains, and what it last said. */
const HEADS = [
  ...['report_seq', 'report_digest', 'reports_missing', 'reports_unchained', 'reports_refused'],
  ...[
    'progress',
    'claims',
    'inventory',
    'nonce',
    'log_seq',
    'log_hash',
    'log_broken',
    'command_seq',
  ],
]

const heads = [
  `CREATE TABLE device_heads (
    device TEXT PRIMARY KEY REFERENCES devices(id),
    report_seq INTEGER NOT NULL DEFAULT 0,
    report_digest TEXT NOT NULL DEFAULT '',
    reports_missing INTEGER NOT NULL DEFAULT 0,
    reports_unchained INTEGER NOT NULL DEFAULT 0,
    reports_refused INTEGER NOT NULL DEFAULT 0,
    progress INTEGER,
    claims TEXT,
    inventory TEXT,
    nonce TEXT,
    log_seq INTEGER,
    log_hash TEXT,
    log_broken TEXT,
    command_seq INTEGER NOT NULL DEFAULT 0,
    clone_watch TEXT
  ) STRICT`,
  `INSERT INTO device_heads (device, ${HEADS.join(', ')}) SELECT id, ${HEADS.join(', ')} FROM devices`,
  ...HEADS.map((column) => `ALTER TABLE devices DROP COLUMN ${column}`),
]

const fleet = [
  'ALTER TABLE devices ADD COLUMN version_key TEXT',
  'ALTER TABLE devices ADD COLUMN integrity TEXT',
  'ALTER TABLE devices ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE devices ADD COLUMN test INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE devices ADD COLUMN quarantined_at INTEGER',
  'ALTER TABLE devices ADD COLUMN quarantined_by TEXT',
  'ALTER TABLE devices ADD COLUMN quarantine_reason TEXT',
  'ALTER TABLE devices ADD COLUMN clone_suspected_at INTEGER',
  'ALTER TABLE devices ADD COLUMN decommissioned_at INTEGER',
  'DROP INDEX devices_by_version',
  // Each ends with the id: pages come in the order of the ids, straight from the index.
  'CREATE INDEX devices_by_cohort ON devices (product, cohort, id)',
  'CREATE INDEX devices_by_version ON devices (product, version_key, id)',
  'CREATE INDEX devices_by_state ON devices (product, state, id)',
  'CREATE INDEX devices_by_code ON devices (product, code, id) WHERE code IS NOT NULL',
  'CREATE INDEX devices_quarantined ON devices (product, id) WHERE quarantined_at IS NOT NULL',
  'CREATE INDEX devices_suspected ON devices (product, id) WHERE clone_suspected_at IS NOT NULL',
  'CREATE INDEX devices_revoked ON devices (product, id) WHERE revoked_at IS NOT NULL',
  'CREATE INDEX devices_for_tests ON devices (product, id) WHERE test = 1',
  `CREATE TABLE device_attributes (
    product TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES devices(id),
    source TEXT NOT NULL CHECK (source IN ('device', 'operator')),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'number', 'flag')),
    text TEXT NOT NULL,
    number REAL,
    version_key TEXT,
    PRIMARY KEY (device, source, name)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX device_attributes_by_text ON device_attributes (product, source, name, text, device)',
  `CREATE INDEX device_attributes_by_number ON device_attributes (product, source, name, number, device)
    WHERE number IS NOT NULL`,
  `CREATE INDEX device_attributes_by_version ON device_attributes (product, source, name, version_key, device)
    WHERE version_key IS NOT NULL`,
  `CREATE TABLE cohorts (
    product TEXT NOT NULL REFERENCES products(id),
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    rule TEXT,
    position INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (product, name)
  ) STRICT`,
  `INSERT INTO cohorts (product, name, created_at)
    SELECT product, cohort, 0 FROM devices
    UNION SELECT product, cohort, 0 FROM enrolment_tokens
    UNION SELECT product, cohort, 0 FROM rollouts`,
  `CREATE TABLE saved_filters (
    product TEXT NOT NULL REFERENCES products(id),
    name TEXT NOT NULL,
    filter TEXT NOT NULL,
    description TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (product, name)
  ) STRICT`,
  `CREATE TABLE expected_devices (
    id TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products(id),
    cohort TEXT,
    pinned INTEGER NOT NULL,
    test INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    expected_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX expected_devices_by_product ON expected_devices (product, id)',
]

/**
 * SQLite reads an index in its order and looks up each row, wherever on the disk it is; with all that filters ask
 * for in the index itself it does not have to. PostgreSQL reads the table through, with several processes.
 */
const SCANNED = `CREATE INDEX devices_scanned ON devices (product, id, cohort, version_key, security_counter, state,
  waiting_for, online, last_seen_at, enrolled_at, rollout, code, integrity, pinned, test, quarantined_at,
  clone_suspected_at, revoked_at, decommissioned_at)`

export const fleetMigration: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await run(database, [...heads, ...fleet])
    if (engineOf(database) === 'sqlite') await run(database, [SCANNED])
    await addVersionKeys(database as Kysely<Versioned>)
    await addInventories(database)
  },
}

interface Versioned {
  devices: { version: string | null; version_key: string | null }
}

async function addVersionKeys(database: Kysely<Versioned>): Promise<void> {
  const versions = await database
    .selectFrom('devices')
    .select('version')
    .distinct()
    .where('version', 'is not', null)
    .execute()
  for (const { version } of versions) {
    await database
      .updateTable('devices')
      .set({ version_key: versionKey(version ?? '') ?? null })
      .where('version', '=', version)
      .execute()
  }
}
