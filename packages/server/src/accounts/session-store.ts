import type { Account } from './account.ts'
import type { Session } from './session.ts'

export interface StoredSession {
  readonly session: Session
  /** SHA-256 of its secret, hex. */
  readonly sha256: string
}

export interface SessionStore {
  add(stored: StoredSession): Promise<void>
  /** With its account as it is now. */
  find(id: string): Promise<(StoredSession & { readonly account: Account }) | undefined>
  /** The latest first. */
  ofAccount(account: string): Promise<readonly Session[]>
  seen(id: string, at: number): Promise<void>
  proved(id: string, at: number): Promise<void>
  /** False when there is none. */
  end(id: string): Promise<boolean>
  /** How many ended. */
  endAll(account: string, except?: string): Promise<number>
  /** Removes what was opened before this time. */
  sweep(openedBefore: number): Promise<void>
}
