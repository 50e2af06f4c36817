import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { HOLD_SECONDS, type InboxStore } from '../../../broker/inbox-store.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'

export class SqlInboxStore implements InboxStore {
  readonly #database: Kysely<Tables>
  readonly #prefix: string

  /** `serverUser`: with what the names begin, since a broker's rules may have to know the server by it. */
  constructor(database: Kysely<Tables>, serverUser: string) {
    this.#database = database
    this.#prefix = serverUser
  }

  async ofLeader(): Promise<string> {
    await this.#database
      .insertInto('broker_inboxes')
      .values({ client_id: this.#newName(), purpose: 'leader', holder: null, held_until: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { client_id } = await this.#database
      .selectFrom('broker_inboxes')
      .select('client_id')
      .where('purpose', '=', 'leader')
      .executeTakeFirstOrThrow()
    return client_id
  }

  async take(holder: string, now: number): Promise<string> {
    const abandoned = await this.takeAbandoned(holder, now)
    if (abandoned !== undefined) return abandoned
    const client_id = this.#newName()
    await this.#database
      .insertInto('broker_inboxes')
      .values({ client_id, purpose: 'shared', holder, held_until: now + HOLD_SECONDS })
      .execute()
    return client_id
  }

  async takeAbandoned(holder: string, now: number): Promise<string | undefined> {
    return alone(this.#database, async (transaction) => {
      const abandoned = await transaction
        .selectFrom('broker_inboxes')
        .select('client_id')
        .where('purpose', '=', 'shared')
        .where('held_until', '<=', now)
        .orderBy('held_until')
        .limit(1)
        .executeTakeFirst()
      if (abandoned === undefined) return undefined
      await transaction
        .updateTable('broker_inboxes')
        .set({ holder, held_until: now + HOLD_SECONDS })
        .where('client_id', '=', abandoned.client_id)
        .execute()
      return abandoned.client_id
    })
  }

  async hold(clientId: string, holder: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('broker_inboxes')
      .set({ held_until: now + HOLD_SECONDS })
      .where('client_id', '=', clientId)
      .where('holder', '=', holder)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async release(clientId: string, holder: string): Promise<void> {
    await this.#database
      .updateTable('broker_inboxes')
      .set({ held_until: 0 })
      .where('client_id', '=', clientId)
      .where('holder', '=', holder)
      .execute()
  }

  async moveLeader(now: number): Promise<{ before: string; clientId: string }> {
    const before = await this.ofLeader()
    const clientId = this.#newName()
    await alone(this.#database, async (transaction) => {
      await transaction
        .updateTable('broker_inboxes')
        .set({ purpose: 'shared', held_until: now + HOLD_SECONDS })
        .where('client_id', '=', before)
        .execute()
      await transaction
        .insertInto('broker_inboxes')
        .values({ client_id: clientId, purpose: 'leader', holder: null, held_until: 0 })
        .execute()
    })
    return { before, clientId }
  }

  async abandon(clientId: string): Promise<void> {
    const nobodys = { purpose: 'shared', holder: null, held_until: 0 } as const
    await this.#database
      .insertInto('broker_inboxes')
      .values({ client_id: clientId, ...nobodys })
      .onConflict((conflict) => conflict.column('client_id').doUpdateSet(nobodys))
      .execute()
  }

  async forget(clientId: string, holder: string | null): Promise<void> {
    await this.#database
      .deleteFrom('broker_inboxes')
      .where('client_id', '=', clientId)
      .where('purpose', '=', 'shared')
      .where('holder', 'is not distinct from', holder)
      .execute()
  }

  #newName(): string {
    return `${this.#prefix}-${randomBytes(16).toString('hex')}`
  }
}
