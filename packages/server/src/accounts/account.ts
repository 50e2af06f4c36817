/** Somebody with rights: a person, or a program for which a person answers. Pure. */
import { randomBytes } from 'node:crypto'
import type { Role } from './permission.ts'

export interface Account {
  readonly id: string
  readonly kind: 'person' | 'service'
  /** What a person types to sign in, in lower case: a short name or a mail address. Services have none. */
  readonly login: string | undefined
  /** For people to read. */
  readonly name: string
  /** Of a service: the account of the person who answers for it. */
  readonly owner: string | undefined
  /** For the day when nothing else opens: its use alarms everybody. */
  readonly breakGlass: boolean
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly disabledAt: number | undefined
  /** Goes up with every change of the account and of its grants, so that a changed right counts at once. */
  readonly revision: number
}

export interface AccountGrant {
  readonly account: string
  readonly role: Role
  /** A product or `'*'`. */
  readonly product: string
  readonly grantedAt: number
  /** Actor's id. */
  readonly grantedBy: string
}

export const LOGIN_MAX_CHARACTERS = 254
export const NAME_MAX_CHARACTERS = 100

export const ACCOUNT_ID = /^acc-[0-9a-f]{16}$/

export function newAccountId(): string {
  return `acc-${randomBytes(8).toString('hex')}`
}

/** Of the sealed account alone. */
export const BREAK_GLASS_LOGIN = 'break-glass'

/** A word without spaces, as people type it: short names and mail addresses both fit. */
export function isLogin(text: string): boolean {
  return text !== BREAK_GLASS_LOGIN && /^[a-z0-9][a-z0-9._%+@-]{1,253}$/.test(text)
}
