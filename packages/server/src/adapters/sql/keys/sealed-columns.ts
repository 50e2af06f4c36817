/**
 * Every column of the database that holds something sealed, with what it is sealed for. A column that is
 * missing here would be lost with the key that `rotate seal` retires: a test compares this table with what stores seal.
 */
import { type Kysely, sql } from 'kysely'
import { auditKeyPurpose } from '../../../audit/audit-key-store.ts'
import { MAIL_KEY_PURPOSE } from '../../../mail/mail-links.ts'
import type { SealedSecret, SealedSecrets } from '../../../secrets/sealed-secrets.ts'
import { type KeyPurpose, sealPurpose } from '../../../server-keys/server-key.ts'
import { seedPurpose } from '../../../sign-in/password/authenticator-seed.ts'
import { webhookPurpose } from '../../../webhooks/webhook.ts'
import type { Tables } from '../database.ts'

interface SealedColumn {
  readonly table: keyof Tables
  readonly column: string
  /** What finds the row again. */
  readonly key: string
  /** Columns that the purpose is made of. */
  readonly names: readonly string[]
  purpose(row: Readonly<Record<string, string>>): string
}

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    ...{ table: 'server_keys', column: 'sealed', key: 'number' },
    names: ['purpose', 'product', 'id'],
    purpose: ({ purpose, product = '', id = '' }) =>
      sealPurpose({ purpose: purpose as KeyPurpose, product, id }),
  },
  {
    ...{ table: 'audit_keys', column: 'sealed', key: 'number', names: ['kid'] },
    purpose: ({ kid = '' }) => auditKeyPurpose(kid),
  },
  {
    ...{ table: 'passwords', column: 'sealed_seed', key: 'account', names: ['account'] },
    purpose: ({ account = '' }) => seedPurpose(account),
  },
  ...['secret', 'old_secret'].map((column) => ({
    ...{ table: 'webhooks' as const, column, key: 'id', names: ['id'] },
    purpose: ({ id = '' }: Readonly<Record<string, string>>) => webhookPurpose(id),
  })),
  {
    ...{ table: 'mail_keys', column: 'sealed', key: 'id', names: [] },
    purpose: () => MAIL_KEY_PURPOSE,
  },
]

/** At once; the rest comes with the next question. */
const BATCH_MAX_COUNT = 200

export class SqlSealedSecrets implements SealedSecrets {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async notUnder(keyId: string): Promise<readonly SealedSecret[]> {
    for (const column of SEALED_COLUMNS) {
      const found = await this.#notUnder(column, keyId)
      if (found.length > 0) return found
    }
    return []
  }

  async #notUnder(
    { table, column, key, names, purpose }: SealedColumn,
    keyId: string,
  ): Promise<readonly SealedSecret[]> {
    const columns = sql.join([key, ...names].map((name) => sql.ref(name)))
    const sealed = sql.ref(column)
    const { rows } = await sql<Record<string, string>>`
      SELECT ${columns}, ${sealed} AS sealed_text FROM ${sql.table(table)}
      WHERE ${sealed} IS NOT NULL AND ${sealed} NOT LIKE ${`fws1.${keyId}.%`}
      LIMIT ${BATCH_MAX_COUNT}`.execute(this.#database)
    return rows.map((row) => ({
      purpose: purpose(row),
      sealed: row.sealed_text ?? '',
      replace: async (next) => {
        const { numAffectedRows } = await sql`
          UPDATE ${sql.table(table)} SET ${sealed} = ${next}
          WHERE ${sql.ref(key)} = ${row[key]} AND ${sealed} = ${row.sealed_text}`.execute(
          this.#database,
        )
        return (numAffectedRows ?? 0n) > 0n
      },
    }))
  }
}
