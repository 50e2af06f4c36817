/**
 * From bills of materials and feeds to findings. An import of a feed is a generation: its rows count once `feeds` names
 * it; `feed_imports` knows every generation of which there are rows. Keys are looked up by kind (a package of an
 * ecosystem, or a product of a vendor), space (the ecosystem, the vendor) and name.
 */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE sboms (
    sha256 TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    format_version TEXT NOT NULL,
    about TEXT,
    components_count INTEGER NOT NULL,
    depth TEXT NOT NULL,
    quality TEXT NOT NULL,
    indexed_at INTEGER,
    trouble TEXT
  ) STRICT`,
  `CREATE TABLE sbom_components (
    sbom TEXT NOT NULL,
    number INTEGER NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT,
    purl TEXT,
    kind TEXT NOT NULL,
    supplier TEXT,
    lists TEXT NOT NULL,
    PRIMARY KEY (sbom, number)
  ) STRICT`,
  `CREATE TABLE sbom_keys (
    sbom TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    space TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (sbom, number, kind, space, name)
  ) STRICT`,
  'CREATE INDEX sbom_keys_by_name ON sbom_keys (kind, space, name)',
  `CREATE TABLE feed_imports (
    generation INTEGER PRIMARY KEY AUTOINCREMENT,
    feed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('under-way', 'current', 'over')),
    begun_at INTEGER NOT NULL,
    alive_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE feeds (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    generation INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    source_date TEXT,
    records INTEGER NOT NULL,
    sha256 TEXT,
    control TEXT NOT NULL,
    control_sentence TEXT NOT NULL,
    report TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE feed_covers (
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (generation, kind, name)
  ) STRICT`,
  `CREATE TABLE vulnerabilities (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    publisher TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    withdrawn_at TEXT,
    record TEXT NOT NULL,
    PRIMARY KEY (generation, number)
  ) STRICT`,
  'CREATE INDEX vulnerabilities_by_id ON vulnerabilities (id)',
  `CREATE TABLE vulnerability_keys (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    space TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (generation, number, kind, space, name)
  ) STRICT`,
  'CREATE INDEX vulnerability_keys_by_name ON vulnerability_keys (kind, space, name, generation)',
  `CREATE TABLE exploited (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (generation, number, name)
  ) STRICT`,
  'CREATE INDEX exploited_by_name ON exploited (name)',
  `CREATE TABLE epss (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    cve TEXT NOT NULL,
    probability REAL NOT NULL,
    percentile REAL NOT NULL,
    PRIMARY KEY (generation, number)
  ) STRICT`,
  'CREATE INDEX epss_by_cve ON epss (cve)',
  `CREATE TABLE release_matches (
    product TEXT NOT NULL,
    version TEXT NOT NULL,
    sbom TEXT NOT NULL,
    generation INTEGER NOT NULL,
    at INTEGER NOT NULL,
    coverage TEXT NOT NULL,
    PRIMARY KEY (product, version)
  ) STRICT`,
  `CREATE TABLE findings (
    id TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products (id),
    component TEXT NOT NULL,
    component_name TEXT NOT NULL,
    name TEXT NOT NULL,
    names TEXT NOT NULL,
    upstream TEXT NOT NULL,
    summary TEXT NOT NULL,
    rating TEXT NOT NULL,
    score REAL,
    vector TEXT,
    is_exploited INTEGER NOT NULL,
    exploited_at INTEGER,
    epss REAL,
    epss_percentile REAL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT`,
  'CREATE INDEX findings_by_component ON findings (product, component)',
  `CREATE TABLE finding_releases (
    finding TEXT NOT NULL REFERENCES findings (id),
    product TEXT NOT NULL,
    version TEXT NOT NULL,
    ref TEXT NOT NULL,
    component_version TEXT,
    purl TEXT,
    why TEXT NOT NULL,
    generation INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (finding, version, ref)
  ) STRICT`,
  'CREATE INDEX finding_releases_by_release ON finding_releases (product, version)',
  `CREATE TABLE vex_statements (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    product TEXT NOT NULL REFERENCES products (id),
    id TEXT NOT NULL,
    author TEXT NOT NULL,
    revision INTEGER NOT NULL,
    vulnerability TEXT NOT NULL,
    at INTEGER NOT NULL,
    statement TEXT NOT NULL
  ) STRICT`,
  'CREATE UNIQUE INDEX vex_statements_once ON vex_statements (product, id, author, revision)',
  `CREATE TABLE gate_results (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    product TEXT NOT NULL REFERENCES products (id),
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    result TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX gate_results_by_release ON gate_results (product, version)',
]

export const feedsAndFindings: Migration = {
  up: (database) => run(database, tables),
}
