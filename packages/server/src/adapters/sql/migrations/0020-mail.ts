/** Mails that wait or were sent, who subscribed to what, and how far each event has come among subscribers. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // `content` is emptied when the mail was sent. `about`: what it tells of; the same is told to nobody twice.
  `CREATE TABLE mails (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    subscription TEXT,
    is_urgent INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
    added_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT,
    UNIQUE (about, recipient)
  ) STRICT`,
  "CREATE INDEX mails_waiting ON mails (is_urgent, next_at, number) WHERE state = 'waiting'",
  'CREATE INDEX mails_by_recipient ON mails (recipient, added_at)',
  'CREATE INDEX mails_by_end ON mails (ended_at) WHERE ended_at IS NOT NULL',
  'CREATE INDEX mails_by_subscription ON mails (subscription) WHERE subscription IS NOT NULL',
  // One row: from it the links in mails are made.
  `CREATE TABLE mail_keys (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed TEXT NOT NULL
  ) STRICT`,
  // One row: the last event of which mails were made.
  `CREATE TABLE mail_progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE mail_topics_off (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    PRIMARY KEY (account, topic)
  ) STRICT`,
  // `device`: as its owner wrote it; '' for the product as a whole.
  `CREATE TABLE subscriptions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    product TEXT NOT NULL REFERENCES products (id),
    device TEXT NOT NULL,
    language TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    bounces INTEGER NOT NULL,
    UNIQUE (address, product, device)
  ) STRICT`,
  'CREATE INDEX subscriptions_of_product ON subscriptions (product, number)',
  'CREATE INDEX subscriptions_unconfirmed ON subscriptions (asked_at) WHERE confirmed_at IS NULL',
  // An event on its way to subscribers; `position` is the number of the last one it has reached. `facts`: JSON.
  `CREATE TABLE mail_rounds (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    about TEXT NOT NULL,
    product TEXT NOT NULL REFERENCES products (id),
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    position INTEGER NOT NULL
  ) STRICT`,
]

export const mail: Migration = {
  up: (database) => run(database, tables),
}
