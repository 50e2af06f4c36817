/**
 * What an account may do at this moment. Nothing acts with more than the person who answers for it: a service has
 * its own grants as far as its owner has them too, and none once the owner is gone.
 */
import type { Account } from './account.ts'
import type { AccountStore } from './account-store.ts'
import { PERSONS_ALONE } from './permission.ts'
import { common, type Rights, rightsOf, without } from './rights.ts'

const REMEMBERED_MAX_COUNT = 10_000
const NONE: Rights = new Map()

export class CurrentRights {
  readonly #accounts: Pick<AccountStore, 'find' | 'grants'>
  /** A change of grants raises the account's revision, so what is remembered is never out of date. */
  readonly #remembered = new Map<string, { readonly revision: number; readonly rights: Rights }>()

  constructor(accounts: Pick<AccountStore, 'find' | 'grants'>) {
    this.#accounts = accounts
  }

  /** `account` as it was just read. */
  async of(account: Account): Promise<Rights> {
    if (account.disabledAt !== undefined) return NONE
    const granted = await this.#granted(account)
    if (account.kind === 'person') return granted
    const owner = account.owner === undefined ? undefined : await this.#accounts.find(account.owner)
    if (owner === undefined || owner.kind !== 'person') return NONE
    return without(common(granted, await this.of(owner)), PERSONS_ALONE)
  }

  async #granted({ id, revision }: Account): Promise<Rights> {
    const known = this.#remembered.get(id)
    if (known?.revision === revision) return known.rights
    const rights = rightsOf(await this.#accounts.grants(id))
    if (this.#remembered.size >= REMEMBERED_MAX_COUNT) this.#remembered.clear()
    this.#remembered.set(id, { revision, rights })
    return rights
  }
}
