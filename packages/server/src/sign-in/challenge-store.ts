/** What was begun in a browser and is to be ended in the same one, once. */
import type { Json } from '@fleetward/shared'

export type ChallengePurpose =
  | 'passkey-sign-in'
  | 'passkey-step-up'
  | 'passkey-new'
  | 'authenticator-new'
  | 'company-sign-in'
  | 'set-up'

export interface Challenge {
  /** Of chance; the browser sends it back. */
  readonly id: string
  readonly purpose: ChallengePurpose
  /** Digest of the browser's cookie. */
  readonly browser: string
  /** Where somebody was signed in: the session it belongs to. */
  readonly session: string | undefined
  readonly state: Json
  readonly expiresAt: number
}

export interface ChallengeStore {
  /** What has expired goes; where there are too many, so do the oldest. */
  add(challenge: Challenge, now: number): Promise<void>
  find(id: string): Promise<Challenge | undefined>
  /** Of two who take one, only the first gets it. */
  take(id: string): Promise<Challenge | undefined>
}
