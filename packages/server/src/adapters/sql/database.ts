/**
 * Opens the database: SQLite in the data folder, or PostgreSQL by URL, with the same tables and the same stores.
 *
 * SQLite: WAL with `synchronous = FULL`, so that a sequence number or a rollout that an answer has confirmed
 * survives a power loss (https://www.sqlite.org/pragma.html#pragma_synchronous). There is one connection, so a
 * transaction is alone: inside one, everything must go through the transaction, or it waits for itself.
 *
 * PostgreSQL: several connections, and maybe several servers; see alone.ts for what has to be alone.
 */
import { type Dialect, Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { AccountTables } from './accounts/account-tables.ts'
import type { AdvisoryTables } from './advisories/advisory-tables.ts'
import type { AuditTables } from './audit/audit-tables.ts'
import type { BrokerTables } from './broker/broker-tables.ts'
import type { CaseTables } from './cases/case-tables.ts'
import type { CoreTables } from './core-tables.ts'
import type { DeviceTables } from './devices/device-tables.ts'
import type { FleetTables } from './devices/fleet-tables.ts'
import type { DisclosureTables } from './disclosure/disclosure-tables.ts'
import type { ExposureTables } from './exposure/exposure-tables.ts'
import type { FindingTables } from './findings/finding-tables.ts'
import type { GateTables } from './gate/gate-tables.ts'
import type { SecretTables } from './keys/secret-tables.ts'
import { migrations } from './migrations/list.ts'
import type { LawTables } from './products/law-tables.ts'
import type { RolloutTables } from './rollouts/rollout-tables.ts'
import type { SignInTables } from './sign-in/sign-in-tables.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { watchedDialect } from './watched-dialect.ts'

export type Tables = BrokerTables &
  CaseTables &
  CoreTables &
  DeviceTables &
  DisclosureTables &
  ExposureTables &
  FindingTables &
  FleetTables &
  GateTables &
  LawTables &
  RolloutTables &
  AccountTables &
  AdvisoryTables &
  AuditTables &
  SecretTables &
  SignInTables

/** Where the data is. */
export type DatabasePlace =
  | { readonly file: string }
  /** `postgresql://user@host/database`; the password comes apart, so that no URL with a secret is ever logged. */
  | { readonly url: string; readonly password?: string | undefined }

/** One more connection to a database that has all migrations already. */
export function connectDatabase(place: DatabasePlace): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: watchedDialect(dialectOf(place)) })
}

/** With all migrations, or with those up to this one: a backup goes into the tables that it is of. */
export async function openDatabase(place: DatabasePlace, upTo?: string): Promise<Kysely<Tables>> {
  const database = connectDatabase(place)
  try {
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: async () => migrations },
    })
    const { error } =
      upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo)
    if (error !== undefined) throw error
  } catch (error) {
    await database.destroy()
    throw error
  }
  return database
}

function dialectOf(place: DatabasePlace): Dialect {
  if ('file' in place) return sqliteDialect(place.file)
  return new PostgresDialect({
    pool: async () => {
      // The driver is in memory where it is used alone.
      const { openPool } = await import('./postgres/postgres-pool.ts')
      return openPool(place)
    },
  })
}
