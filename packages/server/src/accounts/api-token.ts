/** A token for programs: some of the permissions of its account, in one product or all, until a day. Pure. */
import type { Permission } from './permission.ts'

export interface ApiToken {
  /** Also its visible part: `fwt_<id>`. */
  readonly id: string
  /** Whose it is: a person or a service. */
  readonly account: string
  /** The token that made it: it goes with that one. */
  readonly parent: string | undefined
  /** What it is for. */
  readonly name: string
  readonly scopes: readonly Permission[]
  /** A product or `'*'`. */
  readonly product: string
  /** Seconds since 1970. */
  readonly createdAt: number
  /** Actor's id. */
  readonly createdBy: string
  readonly expiresAt: number
  /** To the minute. */
  readonly lastUsedAt: number | undefined
}

export const TOKEN_VALID_SECONDS_DEFAULT = 90 * 86_400
export const TOKEN_VALID_SECONDS_MAX = 366 * 86_400
export const TOKENS_PER_ACCOUNT_MAX_COUNT = 100
/** So long a token is still listed when its time is over. */
export const ENDED_SHOWN_SECONDS = 30 * 86_400
/** Between two notes of when a token was last used. */
export const USED_EVERY_SECONDS = 60
