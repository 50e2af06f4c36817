import { randomUUID } from 'node:crypto'
import type { Json } from '@fleetward/shared'
import type { Kysely, Selectable } from 'kysely'
import { toldValue } from '../../../audit/kept-value.ts'
import type { EventStore, FleetEvent, NewEvent } from '../../../events/event-store.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'

const ORDERED_AT_ONCE_MAX_COUNT = 500

export class SqlEventStore implements EventStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add({ at, type, product, data }: NewEvent): Promise<void> {
    const values = { at, type, product: product ?? null, data: JSON.stringify(toldValue(data)) }
    await this.#database
      .insertInto('events')
      .values({ id: randomUUID(), ...values })
      .execute()
  }

  async order(): Promise<number> {
    if ((await waiting(this.#database, 1)).length === 0) return 0
    return alone(this.#database, async (transaction) => {
      const ids = await waiting(transaction, ORDERED_AT_ONCE_MAX_COUNT)
      const last = await lastPosition(transaction)
      for (const [index, id] of ids.entries()) {
        const position = last + 1 + index
        await transaction.updateTable('events').set({ position }).where('id', '=', id).execute()
      }
      const position = last + ids.length
      await transaction.updateTable('event_head').set({ position }).execute()
      return ids.length
    })
  }

  async after(position: number, limit: number): Promise<readonly FleetEvent[]> {
    const query = this.#select().where('position', '>', position).orderBy('position').limit(limit)
    return (await query.execute()).map(eventOf)
  }

  async find(id: string): Promise<FleetEvent | undefined> {
    const row = await this.#select()
      .where('id', '=', id)
      .where('position', 'is not', null)
      .executeTakeFirst()
    return row && eventOf(row)
  }

  async lastPosition(): Promise<number> {
    return lastPosition(this.#database)
  }

  async deleteBefore(at: number, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('events')
      .where('added', 'in', (rows) =>
        rows
          .selectFrom('events')
          .select('added')
          .where('at', '<', at)
          .where('position', 'is not', null)
          .orderBy('at')
          .limit(limit),
      )
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  #select() {
    return this.#database
      .selectFrom('events')
      .select(['id', 'position', 'at', 'type', 'product', 'data'])
  }
}

async function waiting(database: Kysely<Tables>, limit: number): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('events')
    .select('id')
    .where('position', 'is', null)
    .orderBy('added')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

async function lastPosition(database: Kysely<Tables>): Promise<number> {
  const query = database.selectFrom('event_head').select('position')
  return (await query.executeTakeFirstOrThrow()).position
}

function eventOf(
  row: Pick<Selectable<Tables['events']>, 'id' | 'position' | 'at' | 'type' | 'product' | 'data'>,
): FleetEvent {
  const { id, position, at, type, product } = row
  return {
    ...{ id, position: position ?? 0, at, type },
    ...(product === null ? {} : { product }),
    data: JSON.parse(row.data) as Json,
  }
}
