import type { Account } from './account.ts'
import type { ApiToken } from './api-token.ts'

export interface StoredApiToken {
  readonly token: ApiToken
  /** SHA-256 of its secret, hex. */
  readonly sha256: string
}

export interface ApiTokenQuery {
  readonly account?: string | undefined
  /** Only tokens for one of these or for all; undefined: whatever they are for. */
  readonly products?: readonly string[] | undefined
  /** Tokens behind this id. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface ApiTokenStore {
  add(stored: StoredApiToken): Promise<void>
  /** With its account as it is now. */
  find(id: string): Promise<(StoredApiToken & { readonly account: Account }) | undefined>
  list(query: ApiTokenQuery): Promise<readonly ApiToken[]>
  count(account: string): Promise<number>
  used(id: string, at: number): Promise<void>
  /** With those that it made. False when there is none. */
  remove(id: string): Promise<boolean>
  removeAll(account: string): Promise<void>
  /** Removes what ended before this time. */
  sweep(endedBefore: number): Promise<void>
}
