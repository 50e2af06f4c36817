/** Who signed in from where: what the next sign-in is compared with, and what tells a known browser. */
import type { Facts } from '@fleetward/shared'
import type { SignInPlace } from './suspicion.ts'

export type SignInWay = 'passkey' | 'password' | 'recoveryCode' | 'company'

export interface PastSignIn extends SignInPlace {
  readonly account: string
  readonly way: SignInWay
}

/** Something the owner of an account is to hear of at the next sign-in. */
export interface AccountNote {
  readonly at: number
  readonly what: string
  readonly facts: Facts
}

export interface HistoryStore {
  /** What is older than `forgottenBefore` goes. */
  add(signIn: PastSignIn, forgottenBefore: number): Promise<void>
  /** Newest first. */
  recent(account: string, since: number): Promise<readonly PastSignIn[]>
  isKnownBrowser(account: string, browser: string, since: number): Promise<boolean>
  /** Whether anybody signed in with it. */
  isUsedBrowser(browser: string, since: number): Promise<boolean>
  addNote(account: string, note: AccountNote): Promise<void>
  /** Newest first. */
  notes(account: string): Promise<readonly AccountNote[]>
  removeNotes(account: string, upTo: number): Promise<void>
}
