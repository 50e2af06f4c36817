import type { Kysely } from 'kysely'
import type { KeptAnswer, KeptAnswerStore } from '../../http/kept-answer-store.ts'
import type { Tables } from './database.ts'

export class SqlKeptAnswerStore implements KeptAnswerStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async begin(
    actor: string,
    key: string,
    { requestSha256, keptAt }: Pick<KeptAnswer, 'requestSha256' | 'keptAt'>,
  ): Promise<KeptAnswer | undefined> {
    const begun = await this.#database
      .insertInto('kept_answers')
      .values({
        ...{ actor, idempotency_key: key, request_sha256: requestSha256, kept_at: keptAt },
        ...{ state: 'underWay', status: 0, headers: '{}', body: '' },
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (begun.numInsertedOrUpdatedRows === 1n) return undefined
    const row = await this.#database
      .selectFrom('kept_answers')
      .selectAll()
      .where('actor', '=', actor)
      .where('idempotency_key', '=', key)
      .executeTakeFirst()
    // Swept between the two: it is as if it had just been forgotten.
    if (row === undefined) return this.begin(actor, key, { requestSha256, keptAt })
    return {
      ...{ requestSha256: row.request_sha256, state: row.state, status: row.status },
      ...{ headers: JSON.parse(row.headers) as KeptAnswer['headers'], body: row.body },
      keptAt: row.kept_at,
    }
  }

  async finish(
    actor: string,
    key: string,
    { state, status, headers, body }: Pick<KeptAnswer, 'state' | 'status' | 'headers' | 'body'>,
  ): Promise<void> {
    await this.#database
      .updateTable('kept_answers')
      .set({ state, status, headers: JSON.stringify(headers), body })
      .where('actor', '=', actor)
      .where('idempotency_key', '=', key)
      .execute()
  }

  async forget(actor: string, key: string): Promise<void> {
    await this.#database
      .deleteFrom('kept_answers')
      .where('actor', '=', actor)
      .where('idempotency_key', '=', key)
      .execute()
  }

  async sweep(before: number): Promise<void> {
    await this.#database.deleteFrom('kept_answers').where('kept_at', '<', before).execute()
  }
}
