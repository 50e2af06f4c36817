/** Who signed in from where: what the next sign-in is compared with, and what tells a known browser. */
import type { Facts } from '@fleetward/shared'
import type { SignInPlace } from './suspicion.ts'

export type SignInWay = 'passkey' | 'password' | 'recoveryCode' | 'company'

export interface PastSignIn extends SignInPlace {
  readonly account: string
  readonly way: SignInWay
}

/** What the owner of an account is told at the next sign-in. */
export const NOTES = ['signInSuspicious', 'passkeyCopied'] as const

export interface AccountNote {
  readonly at: number
  readonly what: (typeof NOTES)[number]
  /** The one it is about, which neither sees it nor puts it away: it may be a stranger's. */
  readonly session: string | undefined
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
  /** Newest first; those that this session may see. */
  notes(account: string, session: string): Promise<readonly AccountNote[]>
  /** Of those. */
  removeNotes(account: string, session: string, upTo: number): Promise<void>
}
