import type { Kysely, Selectable } from 'kysely'
import {
  CLAIM_SECONDS,
  type CommandIntent,
  type CommandStore,
  type NewCommand,
} from '../../../devices/command-store.ts'
import { nextSequence } from '../../../publishing/next-number.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'

/** Sent commands kept per device, for the operator to look at. */
const SENT_MAX_COUNT = 50

export class SqlCommandStore implements CommandStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(wanted: NewCommand, now: number): Promise<CommandIntent> {
    const { product, device, command } = wanted
    return alone(this.#database, async (transaction) => {
      await transaction
        .deleteFrom('commands')
        .where('device', '=', device)
        .where('command', '=', command)
        .where('state', '=', 'pending')
        .execute()
      await transaction
        .deleteFrom('commands')
        .where('device', '=', device)
        .where('id', '<=', (expression) =>
          expression
            .selectFrom('commands')
            .select('id')
            .where('device', '=', device)
            .where('state', '=', 'sent')
            .orderBy('id', 'desc')
            .offset(SENT_MAX_COUNT - 1)
            .limit(1),
        )
        .where('state', '=', 'sent')
        .execute()
      const row = await transaction
        .insertInto('commands')
        .values({
          product,
          device,
          command,
          arguments: JSON.stringify(wanted.arguments),
          state: 'pending',
          created_at: now,
          seq: null,
          sent_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return intentOf(row)
    })
  }

  async pending(device: string): Promise<readonly CommandIntent[]> {
    const rows = await this.#database
      .selectFrom('commands')
      .selectAll()
      .where('device', '=', device)
      .where('state', '=', 'pending')
      .orderBy('id')
      .execute()
    return rows.map(intentOf)
  }

  async list(device: string, limit: number): Promise<readonly CommandIntent[]> {
    const rows = await this.#database
      .selectFrom('commands')
      .selectAll()
      .where('device', '=', device)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(intentOf)
  }

  claim({ id }: CommandIntent, device: string, now: number): Promise<number | undefined> {
    return alone(this.#database, async (transaction) => {
      const claimed = await transaction
        .updateTable('commands')
        .set({ claimed_until: now + CLAIM_SECONDS })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .where((expression) =>
          expression.or([
            expression('claimed_until', 'is', null),
            expression('claimed_until', '<=', now),
            // A clock that was set back must not keep a command from its device for years.
            expression('claimed_until', '>', now + CLAIM_SECONDS),
          ]),
        )
        .executeTakeFirst()
      if (claimed.numUpdatedRows !== 1n) return undefined
      const { command_seq: last } = await transaction
        .selectFrom('device_heads')
        .select('command_seq')
        .where('device', '=', device)
        .executeTakeFirstOrThrow()
      const seq = nextSequence(last, now)
      await transaction
        .updateTable('device_heads')
        .set({ command_seq: seq })
        .where('device', '=', device)
        .execute()
      return seq
    })
  }

  async release(id: number): Promise<void> {
    await this.#database
      .updateTable('commands')
      .set({ claimed_until: null })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .execute()
  }

  async markSent(id: number, seq: number, now: number): Promise<void> {
    await this.#database
      .updateTable('commands')
      .set({ state: 'sent', seq, sent_at: now })
      .where('id', '=', id)
      .execute()
  }
}

function intentOf(row: Selectable<Tables['commands']>): CommandIntent {
  return {
    id: row.id,
    command: row.command,
    arguments: JSON.parse(row.arguments),
    state: row.state,
    createdAt: row.created_at,
    seq: row.seq ?? undefined,
    sentAt: row.sent_at ?? undefined,
  }
}
