/**
 * Changes of accounts and their grants: each is one transaction with its entry in the audit log. The rules are
 * account-rules.ts'; what is not visible to the caller does not exist for him.
 */
import type { Json } from '@fleetward/shared'
import type { Permit } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { type Account, type AccountGrant, newAccountId } from './account.ts'
import {
  isVisible,
  requireAdministers,
  requireAdministratorLeft,
  requireMayGrant,
  requireMayRestrict,
  requireMayTakeOver,
} from './account-rules.ts'
import type { Role } from './permission.ts'
import { EVERYWHERE, type Grant } from './rights.ts'

export type NewAccount = { readonly name: string; readonly grants: readonly Grant[] } & (
  | { readonly kind: 'person'; readonly login: string; readonly breakGlass: boolean }
  | { readonly kind: 'service'; readonly owner: string }
)

export interface AccountInFull {
  readonly account: Account
  readonly grants: readonly AccountGrant[]
}

export interface AccountEdit {
  readonly name?: string | undefined
  readonly login?: string | undefined
  readonly owner?: string | undefined
  readonly disabled?: boolean | undefined
}

/** Throws 412 or the like unless the caller saw this revision. */
export type CheckRevision = (account: Account) => void

export class AccountChanges {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** `more` runs in the same transaction: the way in of a new person is made there. */
  add<More>(
    permit: Permit,
    wanted: NewAccount,
    more: (stores: Stores, account: Account) => Promise<More>,
  ): Promise<AccountInFull & { readonly more: More }> {
    return this.#database.transaction(async (stores) => {
      const at = this.#now()
      const account: Account = {
        ...{ id: newAccountId(), kind: wanted.kind, name: wanted.name, revision: 1 },
        login: wanted.kind === 'person' ? wanted.login : undefined,
        owner: wanted.kind === 'service' ? wanted.owner : undefined,
        breakGlass: wanted.kind === 'person' && wanted.breakGlass,
        ...{ createdAt: at, disabledAt: undefined },
      }
      if (wanted.grants.length === 0 || account.breakGlass) {
        requireAdministers(permit.rights, EVERYWHERE)
      }
      for (const grant of wanted.grants) {
        requireMayGrant(permit, account, grant)
        await requireProduct(stores, grant.product)
      }
      if (wanted.kind === 'service') await requireOwner(stores, permit, wanted.owner)
      if (!(await stores.accounts.add(account))) throw loginTaken()
      for (const { role, product } of wanted.grants) {
        const grantedBy = permit.actor.id
        await stores.accounts.grant({
          ...{ account: account.id, role, product, grantedAt: at, grantedBy },
        })
      }
      await this.#note(stores, permit, 'account.created', account.id, undefined, {
        ...summaryOf(account),
        grants: wanted.grants.map(inWords),
      })
      const made = await read(stores, account.id)
      return { ...made, more: await more(stores, made.account) }
    })
  }

  edit(
    permit: Permit,
    id: string,
    edit: AccountEdit,
    check: CheckRevision,
  ): Promise<AccountInFull> {
    return this.#database.transaction(async (stores) => {
      const { account, grants } = await visible(stores, permit, id)
      check(account)
      requireMayRestrict(permit.rights, grants)
      const { name = account.name, login = account.login, owner = account.owner } = edit
      if ((login === undefined) !== (account.kind === 'service')) throw notOfThisKind('login')
      if ((owner === undefined) !== (account.kind === 'person')) throw notOfThisKind('owner')
      // A login is how somebody comes in as this person.
      if (login !== account.login) requireMayTakeOver(permit.rights, grants)
      if (owner !== undefined && owner !== account.owner) {
        await requireOwner(stores, permit, owner)
        // Nobody keeps a token for which somebody else answers from now on.
        await stores.apiTokens.removeAll(id)
      }
      const wasDisabled = account.disabledAt !== undefined
      const disabled = edit.disabled ?? wasDisabled
      if (disabled && !wasDisabled) requireNotSelf(permit, account)
      if (!disabled && wasDisabled) requireMayTakeOver(permit.rights, grants)
      const next: Account = {
        ...{ ...account, name, login, owner, revision: account.revision + 1 },
        disabledAt: disabled ? (account.disabledAt ?? this.#now()) : undefined,
      }
      if (!(await stores.accounts.replace(account.revision, next))) throw loginTaken()
      if (disabled && !wasDisabled) {
        if (wasAdministrator(account, grants)) await requireAdministratorLeft(stores.accounts)
        await stores.sessions.endAll(id)
      }
      const [before, after] = [summaryOf(account), summaryOf(next)]
      await this.#note(stores, permit, 'account.changed', id, before, after)
      return { account: next, grants }
    })
  }

  remove(permit: Permit, id: string, check: CheckRevision): Promise<void> {
    return this.#database.transaction(async (stores) => {
      const { account, grants } = await visible(stores, permit, id)
      check(account)
      requireMayRestrict(permit.rights, grants)
      requireNotSelf(permit, account)
      if ((await stores.accounts.list({ owner: id, limit: 1 })).length > 0) {
        throw new HttpError(
          409,
          'ACCOUNT_OWNS_SERVICES',
          'This person answers for service accounts; give them another owner first',
        )
      }
      await stores.accounts.remove(id, account.revision)
      if (wasAdministrator(account, grants)) await requireAdministratorLeft(stores.accounts)
      const before = { ...summaryOf(account), grants: grants.map(inWords) }
      await this.#note(stores, permit, 'account.removed', id, before, undefined)
    })
  }

  grant(permit: Permit, id: string, grant: Grant): Promise<AccountInFull> {
    return this.#database.transaction(async (stores) => {
      const { account } = await visible(stores, permit, id)
      requireMayGrant(permit, account, grant)
      await requireProduct(stores, grant.product)
      const { role, product } = grant
      const grantedBy = permit.actor.id
      const isNew = await stores.accounts.grant({
        ...{ account: id, role, product, grantedAt: this.#now(), grantedBy },
      })
      if (isNew) {
        const after = { grant: inWords(grant) }
        await this.#note(stores, permit, 'account.granted', id, undefined, after, product)
        // Who made a link may be somebody who must not have what it opens from now on.
        await stores.signIn.links.removeFor(id)
      }
      return read(stores, id)
    })
  }

  withdrawGrant(permit: Permit, id: string, role: Role, product: string): Promise<AccountInFull> {
    return this.#database.transaction(async (stores) => {
      const { account, grants } = await visible(stores, permit, id)
      // First: what the account has elsewhere is none of the caller's business.
      requireAdministers(permit.rights, product)
      const grant = grants.find((it) => it.role === role && it.product === product)
      if (grant === undefined) {
        throw new HttpError(404, 'NO_SUCH_GRANT', 'The account has no such role')
      }
      await stores.accounts.withdrawGrant(id, role, product)
      if (wasAdministrator(account, [grant])) await requireAdministratorLeft(stores.accounts)
      const before = { grant: inWords(grant) }
      await this.#note(stores, permit, 'account.grant-withdrawn', id, before, undefined, product)
      return read(stores, id)
    })
  }

  async #note(
    stores: Stores,
    { actor }: Permit,
    action: string,
    id: string,
    before: Json | undefined,
    after: Json | undefined,
    product: string = EVERYWHERE,
  ): Promise<void> {
    await stores.audit.append({
      ...{ at: this.#now(), actor, action, subject: `account/${id}`, before, after },
      ...{ product: product === EVERYWHERE ? undefined : product, outcome: 'done' },
    })
  }

  #now(): number {
    return secondsOf(this.#clock)
  }
}

/** Throws 404 for an account that does not exist or is none of the caller's business. */
export async function visible(
  stores: Pick<Stores, 'accounts'>,
  permit: Permit,
  id: string,
): Promise<AccountInFull> {
  const account = await stores.accounts.find(id)
  const grants = account === undefined ? [] : await stores.accounts.grants(id)
  if (account !== undefined && isVisible(permit, account, grants)) return { account, grants }
  throw noSuchAccount()
}

export function inWords({ role, product }: Grant): string {
  return `${role}@${product}`
}

async function read({ accounts }: Stores, id: string): Promise<AccountInFull> {
  const account = await accounts.find(id)
  if (account === undefined) throw noSuchAccount()
  return { account, grants: await accounts.grants(id) }
}

/** A service never may more than its owner, so naming one gives nobody anything. */
async function requireOwner(stores: Stores, permit: Permit, owner: string): Promise<void> {
  const { account } = await visible(stores, permit, owner)
  if (account.kind !== 'person' || account.disabledAt !== undefined) {
    throw new HttpError(
      409,
      'OWNER_UNFIT',
      'Only a person whose account is not disabled can answer',
    )
  }
}

async function requireProduct({ products }: Stores, product: string): Promise<void> {
  if (product === EVERYWHERE || (await products.find(product)) !== undefined) return
  throw new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
}

function requireNotSelf({ actor }: Permit, { id }: Account): void {
  if (actor.person !== id) return
  throw new HttpError(
    409,
    'OWN_ACCOUNT',
    'Nobody locks himself out; ask a colleague to disable or remove your account',
  )
}

function wasAdministrator({ kind, disabledAt }: Account, grants: readonly Grant[]): boolean {
  const isPerson = kind === 'person' && disabledAt === undefined
  const administers = (grant: Grant) =>
    grant.role === 'administrator' && grant.product === EVERYWHERE
  return isPerson && grants.some(administers)
}

/** For the audit log: no login, which may be a mail address. */
function summaryOf({ kind, name, owner, breakGlass, disabledAt }: Account) {
  return {
    ...{ kind, name, breakGlass, disabled: disabledAt !== undefined },
    ...(owner === undefined ? {} : { owner }),
  }
}

function noSuchAccount(): HttpError {
  return new HttpError(404, 'NO_SUCH_ACCOUNT', 'There is no such account')
}

function loginTaken(): HttpError {
  return new HttpError(409, 'LOGIN_TAKEN', 'Somebody else signs in with this name')
}

function notOfThisKind(field: string): HttpError {
  return new HttpError(409, 'NOT_OF_THIS_KIND', 'Accounts of this kind do not have that', {
    facts: { field },
  })
}
