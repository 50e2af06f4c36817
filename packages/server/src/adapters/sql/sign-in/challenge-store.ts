import type { Kysely, Selectable } from 'kysely'
import type { Challenge, ChallengeStore } from '../../../sign-in/challenge-store.ts'
import type { Tables } from '../database.ts'

/** Anybody can begin to sign in: more than this at once is no crowd but an attack. */
const CHALLENGES_MAX_COUNT = 20_000

export class SqlChallengeStore implements ChallengeStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(challenge: Challenge, now: number): Promise<void> {
    const { id, purpose, browser, session, state, expiresAt } = challenge
    await this.#database.deleteFrom('challenges').where('expires_at', '<=', now).execute()
    await this.#database
      .deleteFrom('challenges')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('challenges')
          .select('id')
          .orderBy('expires_at', 'desc')
          .orderBy('id')
          .offset(CHALLENGES_MAX_COUNT - 1)
          .limit(1000),
      )
      .execute()
    await this.#database
      .insertInto('challenges')
      .values({
        ...{ id, purpose, browser, session: session ?? null },
        ...{ state: JSON.stringify(state), expires_at: expiresAt },
      })
      .execute()
  }

  async find(id: string): Promise<Challenge | undefined> {
    const row = await this.#database
      .selectFrom('challenges')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && challengeOf(row)
  }

  async take(id: string): Promise<Challenge | undefined> {
    const row = await this.#database
      .deleteFrom('challenges')
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && challengeOf(row)
  }
}

function challengeOf(row: Selectable<Tables['challenges']>): Challenge {
  const { id, purpose, browser, session, state, expires_at: expiresAt } = row
  return {
    ...{ id, purpose, browser, session: session ?? undefined },
    ...{ state: JSON.parse(state), expiresAt },
  }
}
