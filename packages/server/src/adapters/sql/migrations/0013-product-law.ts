/** Products as the law sees them: facts of which every version stays, what was said of the end of support, risks. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE product_facts (
    product TEXT NOT NULL REFERENCES products (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (product, version)
  ) STRICT`,
  `CREATE TABLE support_notices (
    product TEXT NOT NULL REFERENCES products (id),
    ends TEXT NOT NULL,
    months_before INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (product, ends, months_before)
  ) STRICT`,
  `CREATE TABLE risks (
    product TEXT NOT NULL REFERENCES products (id),
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    risk TEXT NOT NULL,
    PRIMARY KEY (product, id)
  ) STRICT`,
  `CREATE TABLE risk_assessments (
    product TEXT NOT NULL REFERENCES products (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    next_review_on TEXT NOT NULL,
    note TEXT NOT NULL,
    risks TEXT NOT NULL,
    PRIMARY KEY (product, version)
  ) STRICT`,
  `CREATE TABLE review_notices (
    product TEXT NOT NULL REFERENCES products (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (product, version)
  ) STRICT`,
]

export const productLaw: Migration = {
  up: (database) => run(database, tables),
}
