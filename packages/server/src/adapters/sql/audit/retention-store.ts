import { type Kysely, sql } from 'kysely'
import type { DatedKind, RetentionStore } from '../../../retention/retention-store.ts'
import type { Tables } from '../database.ts'

/** What finds a row again, and when it was. */
const DATED: Readonly<
  Record<DatedKind, { readonly table: keyof Tables; readonly key: string; readonly at: string }>
> = {
  commands: { table: 'commands', key: 'id', at: 'sent_at' },
  'sign-ins': { table: 'sign_ins', key: 'id', at: 'at' },
  'sign-in-tries': { table: 'sign_in_tries', key: 'side', at: 'last_at' },
  'kept-answers': { table: 'kept_answers', key: 'idempotency_key', at: 'kept_at' },
  stays: { table: 'device_stays', key: 'device', at: 'until' },
  'one-time-links': { table: 'one_time_links', key: 'id', at: 'expires_at' },
}

export class SqlRetentionStore implements RetentionStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async deleteReports(
    before: number,
    { device, devices }: { readonly device: string; readonly devices: number },
  ): Promise<{ readonly deleted: number; readonly last: string | undefined }> {
    const ids = await this.#database
      .selectFrom('devices')
      .select('id')
      .where('id', '>', device)
      .orderBy('id')
      .limit(devices)
      .execute()
    const last = ids.at(-1)?.id
    if (last === undefined) return { deleted: 0, last }
    // A range of the primary key: an index over times would cost every report that comes in.
    const { numDeletedRows } = await this.#database
      .deleteFrom('reports')
      .where('device', '>', device)
      .where('device', '<=', last)
      .where('received_at', '<', before)
      .executeTakeFirst()
    return { deleted: Number(numDeletedRows), last: ids.length < devices ? undefined : last }
  }

  async deleteDated(kind: DatedKind, before: number, limit: number): Promise<number> {
    const { table, key, at } = DATED[kind]
    const { numAffectedRows } = await sql`
      DELETE FROM ${sql.table(table)} WHERE ${sql.ref(at)} < ${before} AND ${sql.ref(key)} IN (
        SELECT ${sql.ref(key)} FROM ${sql.table(table)} WHERE ${sql.ref(at)} < ${before}
        ORDER BY ${sql.ref(at)} LIMIT ${limit}
      )`.execute(this.#database)
    return Number(numAffectedRows ?? 0n)
  }
}
