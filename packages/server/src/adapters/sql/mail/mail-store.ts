import type { Kysely, Selectable } from 'kysely'
import { type Mail, type MailState, type NewMail, newMail } from '../../../mail/mail.ts'
import type { MailQuery, MailStore } from '../../../mail/mail-store.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

export class SqlMailStore implements MailStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(wanted: NewMail): Promise<boolean> {
    const mail = newMail(wanted)
    if (mail === undefined) return false
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('mails')
      .values({
        ...{ id: mail.id, about: mail.about, recipient: mail.to, subject: mail.subject },
        ...{ content: mail.text, subscription: mail.subscription ?? null },
        ...{ is_urgent: mail.isUrgent ? 1 : 0, state: mail.state, added_at: mail.addedAt },
        ...{ attempts: 0, next_at: mail.nextAt, ended_at: null, error: null },
      })
      .onConflict((conflict) => conflict.columns(['about', 'recipient']).doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async find(id: string): Promise<Mail | undefined> {
    const row = await this.#mails().where('id', '=', id).executeTakeFirst()
    return row && mailOf(row)
  }

  async list({ state, before, limit }: MailQuery): Promise<readonly Mail[]> {
    const rows = await this.#mails()
      .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'waiting'))
      .$if(before !== undefined, (query) => query.where(olderThan('mails', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(mailOf)
  }

  async due(now: number, limit: number): Promise<readonly Mail[]> {
    const rows = await this.#mails()
      .where('state', '=', 'waiting')
      .where('next_at', '<=', now)
      .orderBy('is_urgent', 'desc')
      .orderBy('next_at')
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(mailOf)
  }

  async claim({ id, attempts }: Pick<Mail, 'id' | 'attempts'>, nextAt: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#waiting(id)
      .set({ attempts: attempts + 1, next_at: nextAt })
      .where('attempts', '=', attempts)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async putOff(id: string, nextAt: number): Promise<void> {
    await this.#waiting(id).set({ next_at: nextAt }).execute()
  }

  async failed(id: string, error: string): Promise<void> {
    await this.#waiting(id).set({ error }).execute()
  }

  async end(
    id: string,
    state: 'sent' | 'given-up',
    at: number,
    error: string | undefined,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#waiting(id)
      .set({ state, content: '', ended_at: at, error: error ?? null })
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async count(state: MailState): Promise<number> {
    const { count } = await this.#counting().where('state', '=', state).executeTakeFirstOrThrow()
    return count
  }

  async countAbout(beginning: string, since: number, to?: string): Promise<number> {
    const { count } = await this.#counting()
      .where('about', '>=', beginning)
      .where('about', '<', `${beginning}\u{10ffff}`)
      .where('added_at', '>=', since)
      .$if(to !== undefined, (query) => query.where('recipient', '=', to ?? ''))
      .executeTakeFirstOrThrow()
    return count
  }

  async countSentTo(to: string, since: number): Promise<number> {
    const { count } = await this.#counting()
      .where('recipient', '=', to)
      .where('state', '=', 'sent')
      .where('ended_at', '>=', since)
      .executeTakeFirstOrThrow()
    return count
  }

  async deleteEndedBefore(at: number, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('mails')
      .where('number', 'in', (mails) =>
        mails
          .selectFrom('mails')
          .select('number')
          .where('ended_at', '<', at)
          .orderBy('ended_at')
          .limit(limit),
      )
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  async deleteOf(subscription: string): Promise<void> {
    await this.#database.deleteFrom('mails').where('subscription', '=', subscription).execute()
  }

  async position(): Promise<number | undefined> {
    const row = await this.#database
      .selectFrom('mail_progress')
      .select('position')
      .executeTakeFirst()
    return row?.position
  }

  async moveTo(before: number | undefined, position: number): Promise<boolean> {
    if (before === undefined) {
      const { numInsertedOrUpdatedRows } = await this.#database
        .insertInto('mail_progress')
        .values({ id: 1, position })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    }
    const { numUpdatedRows } = await this.#database
      .updateTable('mail_progress')
      .set({ position })
      .where('position', '=', before)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async key(): Promise<string | undefined> {
    const row = await this.#database.selectFrom('mail_keys').select('sealed').executeTakeFirst()
    return row?.sealed
  }

  async keepKey(sealed: string): Promise<string> {
    await this.#database
      .insertInto('mail_keys')
      .values({ id: 1, sealed })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    return (await this.key()) ?? sealed
  }

  async topicsOff(account: string): Promise<readonly string[]> {
    const rows = await this.#database
      .selectFrom('mail_topics_off')
      .select('topic')
      .where('account', '=', account)
      .orderBy('topic')
      .execute()
    return rows.map(({ topic }) => topic)
  }

  async setTopicsOff(account: string, topics: readonly string[]): Promise<void> {
    await this.#database.deleteFrom('mail_topics_off').where('account', '=', account).execute()
    if (topics.length === 0) return
    await this.#database
      .insertInto('mail_topics_off')
      .values(topics.map((topic) => ({ account, topic })))
      .execute()
  }

  #mails() {
    return this.#database.selectFrom('mails').selectAll()
  }

  #counting() {
    return this.#database.selectFrom('mails').select((row) => row.fn.countAll<number>().as('count'))
  }

  #waiting(id: string) {
    return this.#database.updateTable('mails').where('id', '=', id).where('state', '=', 'waiting')
  }
}

function mailOf(row: Selectable<Tables['mails']>): Mail {
  const { number, id, about, subject, state, attempts } = row
  return {
    ...{ number, id, about, to: row.recipient, subject, text: row.content, state, attempts },
    ...{ subscription: row.subscription ?? undefined, isUrgent: row.is_urgent === 1 },
    ...{ addedAt: row.added_at, nextAt: row.next_at, endedAt: row.ended_at ?? undefined },
    error: row.error ?? undefined,
  }
}
