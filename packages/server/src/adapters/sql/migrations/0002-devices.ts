/** Enrolment tokens, devices with their certificates, reports, part in rollouts, and commands. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE enrolment_tokens (
    id TEXT PRIMARY KEY,
    secret_sha256 TEXT NOT NULL,
    product TEXT NOT NULL REFERENCES products(id),
    cohort TEXT NOT NULL,
    device TEXT,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by TEXT,
    used_key_sha256 TEXT
  ) STRICT`,
  // A device id is unique on this server: it is the common name and the MQTT client id (protocol §8.2).
  `CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products(id),
    cohort TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER,
    online INTEGER NOT NULL DEFAULT 0,
    last_seen_at INTEGER,
    report_seq INTEGER NOT NULL DEFAULT 0,
    report_digest TEXT NOT NULL DEFAULT '',
    reports_missing INTEGER NOT NULL DEFAULT 0,
    reports_unchained INTEGER NOT NULL DEFAULT 0,
    reports_refused INTEGER NOT NULL DEFAULT 0,
    state TEXT,
    waiting_for TEXT,
    version TEXT,
    security_counter INTEGER,
    rollout TEXT,
    code TEXT,
    progress INTEGER,
    claims TEXT,
    inventory TEXT,
    nonce TEXT,
    command_seq INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  'CREATE INDEX devices_by_version ON devices (product, cohort, version)',
  'CREATE INDEX devices_by_product ON devices (product, id)',
  `CREATE TABLE device_certificates (
    serial TEXT PRIMARY KEY,
    device TEXT NOT NULL REFERENCES devices(id),
    state TEXT NOT NULL CHECK (state IN ('current', 'pending', 'replaced', 'revoked')),
    public_key BLOB NOT NULL,
    pem TEXT NOT NULL,
    not_after INTEGER NOT NULL,
    issued_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX device_certificates_by_device ON device_certificates (device, state)',
  // One valid identity at a time, whatever the code above believes.
  `CREATE UNIQUE INDEX one_current_certificate ON device_certificates (device)
    WHERE state = 'current'`,
  `CREATE TABLE reports (
    device TEXT NOT NULL REFERENCES devices(id),
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    digest TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    waiting_for TEXT,
    version TEXT NOT NULL,
    rollout TEXT,
    code TEXT,
    refused TEXT,
    missing_before INTEGER NOT NULL,
    prev_fits INTEGER NOT NULL,
    PRIMARY KEY (device, seq)
  ) STRICT`,
  `CREATE TABLE rollout_devices (
    product TEXT NOT NULL,
    rollout TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES devices(id),
    attempt INTEGER NOT NULL,
    release_version TEXT,
    state TEXT NOT NULL,
    waiting_for TEXT,
    committed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    code TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (product, rollout, device)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX rollout_devices_by_device ON rollout_devices (device)',
  `CREATE TABLE commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    product TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES devices(id),
    command TEXT NOT NULL,
    arguments TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent')),
    created_at INTEGER NOT NULL,
    seq INTEGER,
    sent_at INTEGER
  ) STRICT`,
  'CREATE INDEX commands_by_device ON commands (device, state, id)',
]

export const devices: Migration = {
  up: (database) => run(database, tables),
}
