/** What every way of signing in works with. */
import type { Logger } from 'pino'
import type { Sessions } from '../accounts/sessions.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Seal } from '../secrets/seal.ts'
import type { Database } from '../stores.ts'
import type { CompanyProvider } from './company/company-provider.ts'
import type { RelyingParty } from './passkeys/passkey-ceremony.ts'
import type { PasswordHashes } from './password/password-hash.ts'

export interface SignInParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly clock: Clock
  readonly log: Logger
  readonly seal: Seal
  readonly hashes: PasswordHashes
  readonly party: RelyingParty
  /** Removes the file with the link for the first administrator, which opens nothing any more. */
  readonly forgetFirstLink: () => Promise<void>
  /** By id. */
  readonly providers: ReadonlyMap<string, CompanyProvider>
}

export function nowSeconds({ clock }: Pick<SignInParts, 'clock'>): number {
  return secondsOf(clock)
}
