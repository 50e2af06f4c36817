import type { ChallengeStore } from './challenge-store.ts'
import type { IdentityStore } from './company/identity-store.ts'
import type { HistoryStore } from './guessing/history-store.ts'
import type { TriesStore } from './guessing/tries-store.ts'
import type { LinkStore } from './link-store.ts'
import type { PasskeyStore } from './passkeys/passkey-store.ts'
import type { PasswordStore, RecoveryCodeStore } from './password/password-store.ts'

/** What signing in keeps, together: ways in, what is under way, and what came before. */
export interface SignInStores {
  readonly passkeys: PasskeyStore
  readonly passwords: PasswordStore
  readonly recoveryCodes: RecoveryCodeStore
  readonly identities: IdentityStore
  readonly links: LinkStore
  readonly challenges: ChallengeStore
  readonly tries: TriesStore
  readonly history: HistoryStore
}
