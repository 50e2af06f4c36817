import type { Account, AccountGrant } from './account.ts'
import type { Role } from './permission.ts'

export interface AccountQuery {
  /** Accounts behind this id. */
  readonly after?: string | undefined
  readonly limit: number
  readonly kind?: Account['kind'] | undefined
  readonly owner?: string | undefined
  /** Only accounts with a grant in one of these. */
  readonly products?: readonly string[] | undefined
}

export interface AccountStore {
  find(id: string): Promise<Account | undefined>
  /** `login` in lower case. */
  findByLogin(login: string): Promise<Account | undefined>
  list(query: AccountQuery): Promise<readonly Account[]>
  /** False when the login is taken. */
  add(account: Account): Promise<boolean>
  /** Compare and swap: false when the account has another revision by now, or the login is taken. */
  replace(revision: number, account: Account): Promise<boolean>
  /** With its grants, sessions and tokens. False when the account has another revision by now. */
  remove(id: string, revision: number): Promise<boolean>

  grants(account: string): Promise<readonly AccountGrant[]>
  /** Both raise the account's revision. False when it is so already. */
  grant(grant: AccountGrant): Promise<boolean>
  withdrawGrant(account: string, role: Role, product: string): Promise<boolean>

  /** Persons who are not disabled and administer everything. */
  administrators(): Promise<readonly Account[]>
}
