import type { Kysely } from 'kysely'
import type {
  AccountNote,
  HistoryStore,
  PastSignIn,
} from '../../../sign-in/guessing/history-store.ts'
import type { Tables } from '../database.ts'

/** More than anybody reads at a sign-in. */
const RECENT_MAX_COUNT = 500
const NOTES_MAX_COUNT = 20

export class SqlSignInHistoryStore implements HistoryStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(signIn: PastSignIn, forgottenBefore: number): Promise<void> {
    const { account, at, way, provider, browser } = signIn
    await this.#database.deleteFrom('sign_ins').where('at', '<', forgottenBefore).execute()
    await this.#database
      .insertInto('sign_ins')
      .values({ account, at, way, provider, browser })
      .execute()
  }

  recent(account: string, since: number): Promise<readonly PastSignIn[]> {
    return this.#database
      .selectFrom('sign_ins')
      .select(['account', 'at', 'way', 'provider', 'browser'])
      .where('account', '=', account)
      .where('at', '>=', since)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(RECENT_MAX_COUNT)
      .execute()
  }

  async isKnownBrowser(account: string, browser: string, since: number): Promise<boolean> {
    const row = await this.#used(browser, since).where('account', '=', account).executeTakeFirst()
    return row !== undefined
  }

  async isUsedBrowser(browser: string, since: number): Promise<boolean> {
    return (await this.#used(browser, since).executeTakeFirst()) !== undefined
  }

  async addNote(account: string, { at, session = '', what, facts }: AccountNote): Promise<void> {
    await this.#database
      .insertInto('account_notes')
      .values({ account, at, session, what, facts: JSON.stringify(facts) })
      .execute()
  }

  async notes(account: string, current: string): Promise<readonly AccountNote[]> {
    const rows = await this.#database
      .selectFrom('account_notes')
      .select(['at', 'session', 'what', 'facts'])
      .where('account', '=', account)
      .where('session', '!=', current)
      .orderBy('id', 'desc')
      .limit(NOTES_MAX_COUNT)
      .execute()
    return rows.map(({ at, session, what, facts }) => ({
      ...{ at, what, facts: JSON.parse(facts) },
      session: session === '' ? undefined : session,
    }))
  }

  async removeNotes(account: string, current: string, upTo: number): Promise<void> {
    await this.#database
      .deleteFrom('account_notes')
      .where('account', '=', account)
      .where('session', '!=', current)
      .where('at', '<=', upTo)
      .execute()
  }

  #used(browser: string, since: number) {
    return this.#database
      .selectFrom('sign_ins')
      .select('id')
      .where('browser', '=', browser)
      .where('at', '>=', since)
      .limit(1)
  }
}
