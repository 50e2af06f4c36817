import type { Kysely } from 'kysely'
import type { SignInStores } from '../../../sign-in/sign-in-stores.ts'
import type { Tables } from '../database.ts'
import { SqlChallengeStore } from './challenge-store.ts'
import { SqlIdentityStore } from './identity-store.ts'
import { SqlLinkStore } from './link-store.ts'
import { SqlPasskeyStore } from './passkey-store.ts'
import { SqlPasswordStore } from './password-store.ts'
import { SqlRecoveryCodeStore } from './recovery-code-store.ts'
import { SqlSignInHistoryStore } from './sign-in-history-store.ts'
import { SqlTriesStore } from './tries-store.ts'

export function signInStoresOn(connection: Kysely<Tables>): SignInStores {
  return {
    passkeys: new SqlPasskeyStore(connection),
    passwords: new SqlPasswordStore(connection),
    recoveryCodes: new SqlRecoveryCodeStore(connection),
    identities: new SqlIdentityStore(connection),
    links: new SqlLinkStore(connection),
    challenges: new SqlChallengeStore(connection),
    tries: new SqlTriesStore(connection),
    history: new SqlSignInHistoryStore(connection),
  }
}
