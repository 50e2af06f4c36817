import type { Kysely } from 'kysely'
import type {
  BreakGlassStore,
  BreakGlassUse,
  SealedCode,
} from '../../../break-glass/break-glass-store.ts'
import type { Tables } from '../database.ts'

export class SqlBreakGlassStore implements BreakGlassStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async sealed(): Promise<SealedCode | undefined> {
    const row = await this.#database
      .selectFrom('break_glass')
      .selectAll()
      .where('used_at', 'is', null)
      .executeTakeFirst()
    return row && { id: row.id, sha256: row.sha256, createdAt: row.created_at }
  }

  async seal({ id, sha256, createdAt }: SealedCode): Promise<void> {
    await this.#database.deleteFrom('break_glass').where('used_at', 'is', null).execute()
    await this.#database
      .insertInto('break_glass')
      .values({ id, sha256, created_at: createdAt })
      .execute()
  }

  async use(id: string, at: number, from: string | undefined): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('break_glass')
      .set({ used_at: at, used_from: from ?? null })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async uses(limit: number): Promise<readonly BreakGlassUse[]> {
    const rows = await this.#database
      .selectFrom('break_glass')
      .selectAll()
      .where('used_at', 'is not', null)
      .orderBy('used_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      ...{ id: row.id, createdAt: row.created_at, usedAt: row.used_at ?? 0 },
      ...{ usedFrom: row.used_from ?? undefined },
      acknowledgedAt: row.acknowledged_at ?? undefined,
      acknowledgedBy: row.acknowledged_by ?? undefined,
    }))
  }

  async acknowledge(id: string, at: number, by: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('break_glass')
      .set({ acknowledged_at: at, acknowledged_by: by })
      .where('id', '=', id)
      .where('used_at', 'is not', null)
      .where('acknowledged_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }
}
