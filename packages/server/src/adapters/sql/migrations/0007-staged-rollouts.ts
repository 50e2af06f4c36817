/**
 * Rollouts in groups: a plan, what the engine keeps between two ticks, who created and approved it, and a row for each
 * device of a rollout. A rollout of before becomes one of a single group, its share, in the state that it was in;
 * its devices get their rows at the first tick.
 */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const statements = [
  // Its states are more than they were, and a CHECK cannot be altered.
  `CREATE TABLE rollouts_in_groups (
    product TEXT NOT NULL,
    id TEXT NOT NULL,
    release_version TEXT NOT NULL,
    cohort TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('creating', 'waitingForApproval', 'ready', 'scheduled', 'running',
      'paused', 'finished', 'stopped', 'withdrawn')),
    attempt INTEGER NOT NULL,
    up_to INTEGER NOT NULL CHECK (up_to BETWEEN 0 AND 10000),
    salt TEXT NOT NULL,
    policy TEXT NOT NULL,
    notice TEXT NOT NULL,
    plan TEXT,
    engine TEXT,
    ranges TEXT,
    filled INTEGER NOT NULL,
    trouble TEXT,
    starts_itself INTEGER NOT NULL,
    authors TEXT NOT NULL,
    approval TEXT NOT NULL,
    revision INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (product, id),
    FOREIGN KEY (product, release_version) REFERENCES releases(product, version)
  ) STRICT`,
  `INSERT INTO rollouts_in_groups (product, id, release_version, cohort, state, attempt, up_to, salt, policy, notice,
      filled, starts_itself, authors, approval, revision, started_at, changed_at)
    SELECT product, id, release_version, cohort, state, attempt, up_to, salt, policy, notice,
      0, 1, '[]', '{"given":[]}', revision, started_at, changed_at FROM rollouts`,
  'DROP TABLE rollouts',
  'ALTER TABLE rollouts_in_groups RENAME TO rollouts',
  'CREATE INDEX rollouts_by_cohort ON rollouts (product, cohort)',
  `CREATE INDEX rollouts_that_move ON rollouts (state, product, id)
    WHERE state IN ('creating', 'scheduled', 'running', 'paused', 'finished')`,
  `CREATE TABLE rollout_members (
    product TEXT NOT NULL,
    rollout TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES devices(id),
    position INTEGER NOT NULL,
    grp INTEGER,
    late INTEGER NOT NULL,
    held INTEGER NOT NULL,
    offered_at INTEGER,
    silence_from INTEGER,
    end_as TEXT CHECK (end_as IN ('succeeded', 'failed')),
    end_attempt INTEGER,
    end_at INTEGER,
    end_code TEXT,
    PRIMARY KEY (product, rollout, device)
  ) STRICT, WITHOUT ROWID`,
  // How it ended stays known; who has no row yet gets one at the first look.
  `INSERT INTO rollout_members (product, rollout, device, position, grp, late, held, offered_at, silence_from,
      end_as, end_attempt, end_at, end_code)
    SELECT part.product, part.rollout, part.device, 0, 0, 0, 0, part.changed_at, part.changed_at,
      CASE WHEN committed = 1 THEN 'succeeded' WHEN failed = 1 THEN 'failed' END,
      CASE WHEN committed = 1 OR failed = 1 THEN part.attempt END,
      CASE WHEN committed = 1 OR failed = 1 THEN part.changed_at END,
      CASE WHEN failed = 1 THEN part.code END
    FROM rollout_devices AS part
    JOIN rollouts ON rollouts.product = part.product AND rollouts.id = part.rollout`,
  'DROP TABLE rollout_devices',
  'CREATE INDEX rollout_members_by_device ON rollout_members (device)',
  `CREATE INDEX rollout_members_held ON rollout_members (device) WHERE held = 1`,
  `CREATE INDEX rollout_members_in_line ON rollout_members (product, rollout, late, grp, position, device, offered_at)
    WHERE offered_at IS NULL`,
  `CREATE INDEX rollout_members_done ON rollout_members (product, rollout, late, grp)
    WHERE end_as = 'succeeded'`,
  'ALTER TABLE devices ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE devices ADD COLUMN postponed_until INTEGER',
  'ALTER TABLE products ADD COLUMN approval TEXT',
  // Of a manifest for one device. Stale: it has something new to say and is not signed yet.
  'ALTER TABLE manifests ADD COLUMN device TEXT',
  'ALTER TABLE manifests ADD COLUMN stale INTEGER NOT NULL DEFAULT 0',
  'CREATE INDEX manifests_by_device ON manifests (device) WHERE device IS NOT NULL',
  'CREATE INDEX manifests_stale ON manifests (audience) WHERE stale = 1',
]

export const stagedRollouts: Migration = { up: (database) => run(database, statements) }
