/**
 * Who may change whose rights. Nobody gives what he does not have, nobody gives himself anything, nobody takes over
 * an account that may more than he, and the last administrator stays.
 */
import { HttpError } from '../http/problem.ts'
import type { Account, AccountGrant } from './account.ts'
import type { AccountStore } from './account-store.ts'
import type { Actor } from './actor.ts'
import { PERSONS_ALONE, type Permission } from './permission.ts'
import { beyond, EVERYWHERE, type Grant, mayIn, type Rights, rightsOf, without } from './rights.ts'

/** What these rules need to know of a caller; a Permit has it. */
export interface Changer {
  readonly actor: Actor
  readonly rights: Rights
}

/** Throws unless the caller administers the product and may everything that the role permits there. */
export function requireMayGrant(
  { actor, rights }: Changer,
  account: Pick<Account, 'id' | 'kind'>,
  grant: Grant,
): void {
  if (actor.id === account.id || actor.person === account.id) {
    throw new HttpError(403, 'GRANT_TO_SELF', 'Nobody gives a role to himself; ask a colleague')
  }
  requireAdministers(rights, grant.product)
  const granted = rightsOf([grant])
  const missing = beyond(
    rights,
    account.kind === 'service' ? without(granted, PERSONS_ALONE) : granted,
  )
  if (missing !== undefined) throw beyondOwn(missing.permission, missing.product)
}

/** Taking away needs less than giving: to administer the product is enough. */
export function requireAdministers(rights: Rights, product: string): void {
  if (!mayIn(rights, 'account.manage', product)) throw beyondOwn('account.manage', product)
}

/** For what only takes away: sessions, tokens, the account's use. */
export function requireMayRestrict(rights: Rights, grants: readonly AccountGrant[]): void {
  const where = grants.length === 0 ? [EVERYWHERE] : grants.map(({ product }) => product)
  // Without the product: that the account has business there is none of the caller's.
  if (!where.every((product) => mayIn(rights, 'account.manage', product))) throw otherBusiness()
}

/** For what lets somebody act as this account: a way in, a token, another owner. */
export function requireMayTakeOver(rights: Rights, grants: readonly AccountGrant[]): void {
  requireMayRestrict(rights, grants)
  if (beyond(rights, rightsOf(grants)) !== undefined) throw otherBusiness()
}

/** Whether the caller may know of the account: it has business in one of his products, or is his own. */
export function isVisible(
  { actor, rights }: Changer,
  account: Account,
  grants: readonly AccountGrant[],
): boolean {
  if (actor.id === account.id || (actor.person !== undefined && actor.person === account.owner)) {
    return true
  }
  if (mayIn(rights, 'account.read', EVERYWHERE)) return true
  return grants.some(({ product }) => mayIn(rights, 'account.read', product))
}

/** Inside the transaction that took something away: throws when nobody is left who administers everything. */
export async function requireAdministratorLeft(accounts: AccountStore): Promise<void> {
  if ((await accounts.administrators()).length > 0) return
  throw new HttpError(
    409,
    'LAST_ADMINISTRATOR',
    'This is the last administrator of everything; make another one first',
  )
}

function otherBusiness(): HttpError {
  return new HttpError(
    403,
    'BEYOND_OWN_RIGHTS',
    'The account may more than you administer; ask an administrator of all of it',
  )
}

function beyondOwn(permission: Permission, product: string): HttpError {
  return new HttpError(403, 'BEYOND_OWN_RIGHTS', 'That is more than you may yourself', {
    facts: { permission, product },
  })
}
