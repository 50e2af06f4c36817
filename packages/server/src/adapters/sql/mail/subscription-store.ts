import type { Kysely, Selectable } from 'kysely'
import type { Language } from '../../../pages/language.ts'
import type { Subscription } from '../../../subscriptions/subscription.ts'
import type {
  MailRound,
  SubscriptionQuery,
  SubscriptionStore,
} from '../../../subscriptions/subscription-store.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

export class SqlSubscriptionStore implements SubscriptionStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(id: string): Promise<Subscription | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && subscriptionOf(row)
  }

  async list({ product, before, limit }: SubscriptionQuery): Promise<readonly Subscription[]> {
    const rows = await this.#all()
      .$if(product !== undefined, (query) => query.where('product', '=', product ?? ''))
      .$if(before !== undefined, (query) => query.where(olderThan('subscriptions', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(subscriptionOf)
  }

  async ask(
    wanted: Omit<Subscription, 'number' | 'confirmedAt' | 'bounces'>,
  ): Promise<Subscription> {
    const { id, address, product, device, language, askedAt } = wanted
    const row = await this.#database
      .insertInto('subscriptions')
      .values({
        ...{ id, address, product, device, language, asked_at: askedAt },
        ...{ confirmed_at: null, bounces: 0 },
      })
      .onConflict((conflict) =>
        conflict.columns(['address', 'product', 'device']).doUpdateSet(({ eb }) => ({
          asked_at: askedAt,
          // Whoever asks is a stranger: what its owner has confirmed stays as it is.
          language: eb
            .case()
            .when('subscriptions.confirmed_at', 'is', null)
            .then(language)
            .else(eb.ref('subscriptions.language'))
            .end(),
        })),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
    return subscriptionOf(row)
  }

  async confirm(id: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('subscriptions')
      .set({ confirmed_at: at })
      .where('id', '=', id)
      .where('confirmed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async setBounces(id: string, bounces: number): Promise<void> {
    await this.#database
      .updateTable('subscriptions')
      .set({ bounces })
      .where('id', '=', id)
      .where('bounces', '!=', bounces)
      .execute()
  }

  async remove(id: string): Promise<boolean> {
    await this.#database.deleteFrom('mails').where('subscription', '=', id).execute()
    const { numDeletedRows } = await this.#database
      .deleteFrom('subscriptions')
      .where('id', '=', id)
      .executeTakeFirst()
    return numDeletedRows === 1n
  }

  async removeOf(address: string, product: string): Promise<readonly string[]> {
    const rows = await this.#database
      .selectFrom('subscriptions')
      .select('id')
      .where('address', '=', address)
      .where('product', '=', product)
      .orderBy('number')
      .execute()
    for (const { id } of rows) await this.remove(id)
    return rows.map(({ id }) => id)
  }

  async after(product: string, number: number, limit: number): Promise<readonly Subscription[]> {
    const rows = await this.#all()
      .where('product', '=', product)
      .where('number', '>', number)
      .where('confirmed_at', 'is not', null)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(subscriptionOf)
  }

  async count(): Promise<{ readonly all: number; readonly unconfirmed: number }> {
    const counting = this.#database
      .selectFrom('subscriptions')
      .select((row) => row.fn.countAll<number>().as('count'))
    const all = await counting.executeTakeFirstOrThrow()
    const unconfirmed = await counting.where('confirmed_at', 'is', null).executeTakeFirstOrThrow()
    return { all: all.count, unconfirmed: unconfirmed.count }
  }

  async countOf(address: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('subscriptions')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('address', '=', address)
      .executeTakeFirstOrThrow()
    return count
  }

  async deleteUnconfirmedBefore(at: number, limit: number): Promise<number> {
    const rows = await this.#database
      .selectFrom('subscriptions')
      .select('id')
      .where('confirmed_at', 'is', null)
      .where('asked_at', '<', at)
      .orderBy('asked_at')
      .limit(limit)
      .execute()
    for (const { id } of rows) await this.remove(id)
    return rows.length
  }

  async addRound({ about, product, at, facts }: Omit<MailRound, 'number' | 'position'>) {
    await this.#database
      .insertInto('mail_rounds')
      .values({ about, product, at, facts, position: 0 })
      .execute()
  }

  async rounds(limit: number): Promise<readonly MailRound[]> {
    return this.#database
      .selectFrom('mail_rounds')
      .selectAll()
      .orderBy('number')
      .limit(limit)
      .execute()
  }

  async moveRound({ number, position: before }: MailRound, position: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('mail_rounds')
      .set({ position })
      .where('number', '=', number)
      .where('position', '=', before)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async endRound({ number }: MailRound): Promise<void> {
    await this.#database.deleteFrom('mail_rounds').where('number', '=', number).execute()
  }

  #all() {
    return this.#database.selectFrom('subscriptions').selectAll()
  }
}

function subscriptionOf(row: Selectable<Tables['subscriptions']>): Subscription {
  const { number, id, address, product, device, language, bounces } = row
  return {
    ...{ number, id, address, product, device, language: language as Language, bounces },
    ...{ askedAt: row.asked_at, confirmedAt: row.confirmed_at ?? undefined },
  }
}
