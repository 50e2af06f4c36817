/**
 * The way in for the day when nobody's ways work: one code, printed once and sealed in an envelope, that opens the
 * break-glass account for an hour and is used up by it. Nothing about its use is quiet: an entry in the audit log, an
 * event to everybody who hears of security, and an alarm that stays until another administrator has looked at it.
 */
import type { Account } from '../accounts/account.ts'
import { BREAK_GLASS_LOGIN, newAccountId } from '../accounts/account.ts'
import type { Actor } from '../accounts/actor.ts'
import { PERMISSIONS } from '../accounts/permission.ts'
import { EVERYWHERE } from '../accounts/rights.ts'
import { newSecretToken, parseSecretToken, secretFits } from '../accounts/secret-token.ts'
import { limitsOf } from '../accounts/session.ts'
import type { Sessions } from '../accounts/sessions.ts'
import { HttpError } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'

const USES_SHOWN_COUNT = 100

/** Where the code came in. */
export interface Opening {
  readonly address: string | undefined
  readonly userAgent: string | undefined
  readonly requestId: string
}

export interface OpenedToken {
  /** For `Authorization: Bearer`. */
  readonly token: string
  readonly expiresAt: number
}

export interface BreakGlassNeeds {
  readonly database: Database
  readonly clock: Clock
}

export class BreakGlass {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: BreakGlassNeeds) {
    this.#database = database
    this.#clock = clock
  }

  /** A new code; one that was sealed before opens nothing any more. Shown this once. */
  async seal(actor: Actor): Promise<string> {
    const { text, id, sha256 } = newSecretToken('fwb')
    const at = this.#now()
    await this.#database.transaction(async (stores) => {
      const account = await ensureAccount(stores, actor, at)
      const before = await stores.breakGlass.sealed()
      await stores.breakGlass.seal({ id, sha256, createdAt: at })
      const data = { account: account.id, code: id }
      await stores.audit.append({
        ...{ at, actor, action: 'break-glass.sealed', subject: `account/${account.id}` },
        ...(before === undefined ? {} : { before: { code: before.id } }),
        ...{ after: { code: id }, outcome: 'done' },
      })
      await stores.events.add({ at, type: 'security.break-glass-sealed', data })
    })
    return text
  }

  /** For a page: the cookie of a session. Opening one raises the event (sessions.ts). */
  async openSession(code: string, how: Opening, sessions: Sessions): Promise<string> {
    return this.#use(code, how, async (stores, account) => {
      const { address, userAgent } = how
      const signedIn = { factors: ['breakGlass' as const], address, userAgent }
      return (await sessions.openWithin(stores, account, signedIn)).cookie
    })
  }

  /** For programs, the command line among them. */
  async openToken(code: string, how: Opening): Promise<OpenedToken> {
    return this.#use(code, how, async (stores, account, at) => {
      const { text, id, sha256 } = newSecretToken('fwt')
      const expiresAt = at + limitsOf(account).totalSeconds
      const token = {
        ...{ id, account: account.id, name: 'break-glass', product: EVERYWHERE, expiresAt },
        ...{ scopes: PERMISSIONS, createdAt: at, createdBy: account.id, lastUsedAt: undefined },
        parent: undefined,
      }
      await stores.apiTokens.add({ token, sha256 })
      const data = { account: account.id, name: account.name, token: id }
      await stores.events.add({ at, type: 'security.break-glass-used', data })
      return { token: text, expiresAt }
    })
  }

  async state() {
    const { breakGlass } = this.#database
    const sealed = await breakGlass.sealed()
    return { sealedAt: sealed?.createdAt, uses: await breakGlass.uses(USES_SHOWN_COUNT) }
  }

  /** Uses that nobody has looked at yet. */
  async alarms() {
    const uses = await this.#database.breakGlass.uses(USES_SHOWN_COUNT)
    return uses.filter(({ acknowledgedAt }) => acknowledgedAt === undefined)
  }

  /** By a person who is another one than the break-glass account; what was opened ends with it. */
  async acknowledge(id: string, actor: Actor): Promise<void> {
    const at = this.#now()
    await this.#database.transaction(async (stores) => {
      const account = await stores.accounts.findByLogin(BREAK_GLASS_LOGIN)
      if (actor.kind !== 'person' || actor.person === account?.id) throw anotherPersonNeeded()
      if (!(await stores.breakGlass.acknowledge(id, at, actor.id))) {
        throw new HttpError(
          404,
          'NO_SUCH_USE',
          'There is no such use, or it is acknowledged already',
        )
      }
      if (account !== undefined) {
        for (const session of await stores.sessions.ofAccount(account.id)) {
          await stores.sessions.end(session.id)
        }
        await stores.apiTokens.removeAll(account.id)
      }
      await stores.audit.append({
        ...{ at, actor, action: 'break-glass.acknowledged', subject: `break-glass/${id}` },
        outcome: 'done',
      })
      const data = { use: id, by: actor.id }
      await stores.events.add({ at, type: 'security.break-glass-acknowledged', data })
    })
  }

  async #use<Opened>(
    text: string,
    { address, requestId }: Opening,
    open: (stores: Stores, account: Account, at: number) => Promise<Opened>,
  ): Promise<Opened> {
    const parsed = parseSecretToken('fwb', text)
    const at = this.#now()
    return this.#database.transaction(async (stores) => {
      const sealed = await stores.breakGlass.sealed()
      const known = sealed?.id === parsed?.id ? sealed : undefined
      const fits = secretFits(parsed?.secret ?? '', known?.sha256)
      const account = await stores.accounts.findByLogin(BREAK_GLASS_LOGIN)
      if (!fits || known === undefined || account === undefined) throw refused()
      // An administrator who disabled the account meant it.
      if (account.disabledAt !== undefined) throw refused()
      if (!(await stores.breakGlass.use(known.id, at, address))) throw refused()
      const actor: Actor = {
        ...{ kind: 'person', id: account.id, name: account.name, person: account.id },
        ...{ via: 'none', address, credential: known.id },
      }
      await stores.audit.append({
        ...{ at, actor, action: 'break-glass.used', subject: `break-glass/${known.id}` },
        ...{ outcome: 'done', requestId },
      })
      return open(stores, account, at)
    })
  }

  #now(): number {
    return secondsOf(this.#clock)
  }
}

async function ensureAccount(stores: Stores, actor: Actor, at: number): Promise<Account> {
  const known = await stores.accounts.findByLogin(BREAK_GLASS_LOGIN)
  if (known !== undefined) return known
  const account: Account = {
    ...{ id: newAccountId(), kind: 'person', login: BREAK_GLASS_LOGIN, name: 'Break glass' },
    ...{ owner: undefined, breakGlass: true, createdAt: at, disabledAt: undefined, revision: 1 },
  }
  await stores.accounts.add(account)
  await stores.accounts.grant({
    ...{ account: account.id, role: 'administrator', product: EVERYWHERE },
    ...{ grantedAt: at, grantedBy: actor.id },
  })
  await stores.audit.append({
    ...{ at, actor, action: 'account.created', subject: `account/${account.id}`, outcome: 'done' },
    after: { kind: 'person', name: account.name, breakGlass: true, grants: ['administrator *'] },
  })
  return account
}

function refused(): HttpError {
  return new HttpError(
    401,
    'BREAK_GLASS_REFUSED',
    'This code opens nothing: it was used, replaced by another one, or mistyped',
  )
}

function anotherPersonNeeded(): HttpError {
  return new HttpError(
    403,
    'ANOTHER_PERSON_NEEDED',
    'An administrator has to look at this who signed in as himself',
  )
}
