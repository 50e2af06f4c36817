/**
 * What an account may do at this moment. Nothing acts with more than the person who answers for it: a service has
 * its own grants as far as its owner has them too, and none once the owner is gone.
 */
import type { Account } from './account.ts'
import type { AccountStore } from './account-store.ts'
import { PERSONS_ALONE } from './permission.ts'
import { common, type Rights, rightsOf, without } from './rights.ts'

type Reading = Pick<AccountStore, 'find' | 'grants'>

const REMEMBERED_MAX_COUNT = 10_000
const NONE: Rights = new Map()

/** `account` as it was just read from `accounts`, in a transaction or outside. */
export async function currentRights(accounts: Reading, account: Account): Promise<Rights> {
  if (account.disabledAt !== undefined) return NONE
  const granted = rightsOf(await accounts.grants(account.id))
  if (account.kind === 'person') return granted
  const owner = account.owner === undefined ? undefined : await accounts.find(account.owner)
  if (owner === undefined || owner.kind !== 'person') return NONE
  return without(common(granted, await currentRights(accounts, owner)), PERSONS_ALONE)
}

/** The same for requests, which ask again and again. Not for use inside a transaction. */
export class RequestRights {
  readonly #accounts: Reading
  /** A change of grants raises the account's revision, so what is remembered is never out of date. */
  readonly #remembered = new Map<string, { readonly revision: number; readonly rights: Rights }>()

  constructor(accounts: Reading) {
    this.#accounts = accounts
  }

  /** `account` as it was just read. */
  async of(account: Account): Promise<Rights> {
    // A service depends on a second account, whose revision is not at hand.
    if (account.kind === 'service') return currentRights(this.#accounts, account)
    const { id, revision } = account
    const known = this.#remembered.get(id)
    if (known?.revision === revision) return known.rights
    const rights = await currentRights(this.#accounts, account)
    if (this.#remembered.size >= REMEMBERED_MAX_COUNT) this.#remembered.clear()
    this.#remembered.set(id, { revision, rights })
    return rights
  }
}
