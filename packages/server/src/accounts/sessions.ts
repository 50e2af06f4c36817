/**
 * Sessions of people who signed in: opaque, by digest, looked up with the account at every request. They end by
 * themselves, by hand, and with the account.
 */
import { sessionCookie } from '../http/door/session-cookie.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import type { Account } from './account.ts'
import type { Actor } from './actor.ts'
import { newSecretToken, parseSecretToken, secretFits } from './secret-token.ts'
import {
  type Factor,
  isOver,
  limitsOf,
  SEEN_EVERY_SECONDS,
  SESSIONS_PER_ACCOUNT_MAX_COUNT,
  type Session,
  USER_AGENT_MAX_CHARACTERS,
} from './session.ts'

export interface SignedIn {
  readonly factors: readonly Factor[]
  readonly address: string | undefined
  readonly userAgent: string | undefined
  /** When the second factor was proved; now, unless somebody else (a company's provider) saw to it earlier. */
  readonly provedAt?: number
}

export interface OpenSession {
  readonly session: Session
  readonly account: Account
}

export interface SessionsNeeds {
  readonly database: Database
  readonly clock: Clock
  /** Whether people reach the API over TLS. */
  readonly isSecure: boolean
}

export class Sessions {
  readonly #database: Database
  readonly #clock: Clock
  readonly isSecure: boolean

  constructor({ database, clock, isSecure }: SessionsNeeds) {
    this.#database = database
    this.#clock = clock
    this.isSecure = isSecure
  }

  /** `cookie` is a value for Set-Cookie. */
  open(account: Account, how: SignedIn): Promise<OpenSession & { readonly cookie: string }> {
    return this.#database.transaction((stores) => this.openWithin(stores, account, how))
  }

  /** In a transaction that proves more than this: a code used up, a passkey's counter. */
  async openWithin(
    stores: Stores,
    account: Account,
    { factors, address, userAgent = '', provedAt }: SignedIn,
  ): Promise<OpenSession & { readonly cookie: string }> {
    if (account.kind !== 'person' || account.disabledAt !== undefined) {
      throw new Error('Only a person whose account is not disabled has sessions')
    }
    const at = this.#now()
    const secret = newSecretToken('fwc')
    const session: Session = {
      ...{ id: secret.id, account: account.id, factors, address },
      ...{ openedAt: at, seenAt: at, provedAt: provedAt ?? at },
      userAgent: userAgent.replace(/\p{Cc}/gu, ' ').slice(0, USER_AGENT_MAX_CHARACTERS),
    }
    await stores.sessions.sweep(at - limitsOf({ breakGlass: false }).totalSeconds)
    for (const old of (await stores.sessions.ofAccount(account.id)).slice(
      SESSIONS_PER_ACCOUNT_MAX_COUNT - 1,
    )) {
      await stores.sessions.end(old.id)
    }
    await stores.sessions.add({ session, sha256: secret.sha256 })
    const actor = sessionActor({ session, account })
    await stores.audit.append({
      ...{ at, actor, action: 'session.opened', subject: `session/${session.id}` },
      ...{ after: { factors: [...factors] }, outcome: 'done' },
    })
    if (account.breakGlass) {
      const data = { account: account.id, name: account.name, session: session.id }
      await stores.events.add({ at, type: 'security.break-glass-used', data })
    }
    return { session, account, cookie: sessionCookie(secret.text, this) }
  }

  /** The session that this secret opens, if it is not over. */
  async find(text: string): Promise<OpenSession | undefined> {
    const parsed = parseSecretToken('fwc', text)
    if (parsed === undefined) return undefined
    const found = await this.#database.sessions.find(parsed.id)
    if (!secretFits(parsed.secret, found?.sha256) || found === undefined) return undefined
    const { session, account } = found
    const at = this.#now()
    if (isEnded(found, at)) return undefined
    if (at - session.seenAt >= SEEN_EVERY_SECONDS) {
      await this.#database.sessions.seen(session.id, at)
    }
    return { session, account }
  }

  /** By its id, for who has shown before that it is his: it went to a company's provider and came back. */
  async stillOpen(id: string): Promise<OpenSession | undefined> {
    const found = await this.#database.sessions.find(id)
    if (found === undefined || isEnded(found, this.#now())) return undefined
    return { session: found.session, account: found.account }
  }

  /** The second factor was proved again: opens dangerous acts for a while. */
  async proved({ session, account }: OpenSession): Promise<void> {
    const at = this.#now()
    await this.#database.transaction(async (stores) => {
      await stores.sessions.proved(session.id, at)
      await stores.audit.append({
        ...{ at, actor: sessionActor({ session, account }), action: 'session.proved' },
        ...{ subject: `session/${session.id}`, outcome: 'done' },
      })
    })
  }

  ofAccount(account: string): Promise<readonly Session[]> {
    return this.#database.sessions.ofAccount(account)
  }

  /** Whoever's it is: false when there is none of this account. */
  async end(account: string, id: string, actor: Actor): Promise<boolean> {
    return this.#database.transaction(async (stores) => {
      const found = await stores.sessions.find(id)
      if (found?.session.account !== account || !(await stores.sessions.end(id))) return false
      await stores.audit.append({
        ...{ at: this.#now(), actor, action: 'session.ended', subject: `session/${id}` },
        ...{ before: { account }, outcome: 'done' },
      })
      return true
    })
  }

  /** After a changed password or a lost key. Returns how many ended. */
  endAll(account: string, actor: Actor, except?: string): Promise<number> {
    return this.#database.transaction((stores) => this.endAllWithin(stores, account, actor, except))
  }

  async endAllWithin(
    stores: Stores,
    account: string,
    actor: Actor,
    except?: string,
  ): Promise<number> {
    const count = await stores.sessions.endAll(account, except)
    if (count > 0) {
      await stores.audit.append({
        ...{ at: this.#now(), actor, action: 'session.all-ended', subject: `account/${account}` },
        ...{ before: { sessions: count }, outcome: 'done' },
      })
    }
    return count
  }

  #now(): number {
    return secondsOf(this.#clock)
  }
}

function isEnded({ session, account }: OpenSession, at: number): boolean {
  return account.disabledAt !== undefined || isOver(session, limitsOf(account), at)
}

export function sessionActor({ session, account }: OpenSession): Actor {
  return {
    ...{ kind: 'person', id: account.id, name: account.name, person: account.id },
    ...{ via: 'session', address: session.address, credential: session.id },
  }
}
