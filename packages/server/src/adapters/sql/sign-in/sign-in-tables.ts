/** The tables of migration 0009 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { ChallengePurpose } from '../../../sign-in/challenge-store.ts'
import type { AccountNote, SignInWay } from '../../../sign-in/guessing/history-store.ts'

type Numbered = ColumnType<number, undefined, never>

export interface SignInTables {
  one_time_links: { id: string; sha256: string; account: string | null; expires_at: number }
  passkeys: {
    id: string
    account: string
    name: string
    public_key: Uint8Array
    counter: number
    /** JSON. */
    transports: string
    backed_up: number
    created_at: number
    last_used_at: number | null
  }
  passwords: {
    account: string
    hash: string
    /** By port `Seal`, for `totp/<account>`. */
    sealed_seed: string
    last_step: number
    changed_at: number
  }
  recovery_codes: { account: string; sha256: string }
  company_identities: { issuer: string; subject: string; account: string; linked_at: number }
  challenges: {
    id: string
    purpose: ChallengePurpose
    browser: string
    session: string | null
    /** JSON. */
    state: string
    expires_at: number
  }
  sign_in_tries: { side: string; count: number; last_at: number }
  sign_ins: {
    id: Numbered
    account: string
    at: number
    way: SignInWay
    provider: string
    browser: string
  }
  account_notes: {
    id: Numbered
    account: string
    at: number
    /** '' for none. */
    session: string
    what: AccountNote['what']
    /** JSON. */
    facts: string
  }
}
