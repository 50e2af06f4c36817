/**
 * Making and removing API tokens. Only the person who answers makes one, for himself or for a service of his: signed
 * in and with a fresh proof, or with a token of his, which makes only what may no more and ends no later than itself,
 * and goes with it. A token of a service makes such for that service alone.
 */

import type { Permit } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import type { Account } from './account.ts'
import { visible } from './account-changes.ts'
import { requireMayRestrict } from './account-rules.ts'
import { type ApiToken, ENDED_SHOWN_SECONDS, TOKENS_PER_ACCOUNT_MAX_COUNT } from './api-token.ts'
import { currentRights } from './current-rights.ts'
import type { Permission } from './permission.ts'
import { EVERYWHERE, mayAnywhere, mayIn, type Rights } from './rights.ts'
import { newSecretToken } from './secret-token.ts'

export interface NewApiToken {
  readonly name: string
  readonly scopes: readonly Permission[]
  readonly product: string
  readonly validSeconds: number
}

export interface ApiTokensNeeds {
  readonly database: Database
  readonly clock: Clock
}

export class ApiTokens {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: ApiTokensNeeds) {
    this.#database = database
    this.#clock = clock
  }

  /** `secret` is what the caller sends from now on; it is shown this once. */
  add(
    permit: Permit,
    accountId: string,
    wanted: NewApiToken,
  ): Promise<{ readonly token: ApiToken; readonly secret: string }> {
    return this.#database.transaction(async (stores) => {
      const { account } = await visible(stores, permit, accountId)
      if (!answersFor(permit, account)) throw notAnswerable()
      requireWithin(await currentRights(stores.accounts, account), wanted)
      const parent = await this.#parentOf(stores, permit, wanted)
      await stores.apiTokens.sweep(this.#now() - ENDED_SHOWN_SECONDS)
      if ((await stores.apiTokens.count(account.id)) >= TOKENS_PER_ACCOUNT_MAX_COUNT) {
        throw new HttpError(409, 'TOO_MANY_TOKENS', 'The account has too many tokens; remove some')
      }
      const at = this.#now()
      const { text, id, sha256 } = newSecretToken('fwt')
      const token: ApiToken = {
        ...{ id, account: account.id, name: wanted.name, product: wanted.product },
        ...{
          scopes: [...new Set(wanted.scopes)],
          createdAt: at,
          createdBy: permit.actor.id,
          parent,
        },
        ...{ expiresAt: at + wanted.validSeconds, lastUsedAt: undefined },
      }
      await stores.apiTokens.add({ token, sha256 })
      await this.#note(stores, permit, 'api-token.created', token)
      return { token, secret: text }
    })
  }

  remove(permit: Permit, accountId: string, id: string): Promise<void> {
    return this.#database.transaction(async (stores) => {
      const { account, grants } = await visible(stores, permit, accountId)
      const found = await stores.apiTokens.find(id)
      if (found?.token.account !== account.id) {
        throw new HttpError(404, 'NO_SUCH_TOKEN', 'The account has no such token')
      }
      if (!answersFor(permit, account)) requireMayRestrict(permit.rights, grants)
      await stores.apiTokens.remove(id)
      await this.#note(stores, permit, 'api-token.removed', found.token)
    })
  }

  /** Undefined for a session. */
  async #parentOf(
    { apiTokens }: Stores,
    { actor, rights }: Permit,
    wanted: NewApiToken,
  ): Promise<string | undefined> {
    if (actor.via !== 'token' || actor.credential === undefined) return undefined
    const found = await apiTokens.find(actor.credential)
    if (found === undefined) throw notAnswerable()
    const { token } = found
    if (token.product !== EVERYWHERE && token.product !== wanted.product) {
      throw new HttpError(403, 'BEYOND_OWN_RIGHTS', 'That is more than the token may itself', {
        facts: { product: wanted.product },
      })
    }
    requireWithin(rights, wanted)
    if (this.#now() + wanted.validSeconds > token.expiresAt) {
      throw new HttpError(403, 'TOKEN_OUTLIVED', 'A token makes none that ends later than itself', {
        facts: { expiresAt: token.expiresAt },
      })
    }
    return token.id
  }

  async #note(stores: Stores, { actor }: Permit, action: string, token: ApiToken): Promise<void> {
    const { id, account, name, scopes, product, expiresAt } = token
    const state = { account, name, scopes: [...scopes], for: product, expiresAt }
    const isNew = action === 'api-token.created'
    await stores.audit.append({
      ...{ at: this.#now(), actor, action, subject: `api-token/${id}`, outcome: 'done' },
      ...{ before: isNew ? undefined : state, after: isNew ? state : undefined },
    })
  }

  #now(): number {
    return secondsOf(this.#clock)
  }
}

/** Whether the caller acts for this account: the person, its owner, or the service itself. */
export function answersFor({ actor }: Permit, account: Account): boolean {
  // Its owner, and other services of his, have rights that it does not have.
  if (actor.kind === 'service') return actor.id === account.id
  return actor.person !== undefined && [account.id, account.owner].includes(actor.person)
}

/** A scope that is not there would only begin to count when it is granted, unseen. */
function requireWithin(rights: Rights, { scopes, product }: NewApiToken): void {
  const missing = scopes.find((scope) =>
    product === EVERYWHERE ? !mayAnywhere(rights, scope) : !mayIn(rights, scope, product),
  )
  if (missing === undefined) return
  throw new HttpError(403, 'BEYOND_OWN_RIGHTS', 'That is more than it may itself', {
    facts: { permission: missing, product },
  })
}

function notAnswerable(): HttpError {
  return new HttpError(
    403,
    'NOT_ANSWERABLE',
    'Only the person who answers for an account makes its tokens: its owner, or the person itself',
  )
}
