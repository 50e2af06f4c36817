/** Making the way by password: a password that is not everybody's, and an authenticator app that works. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../../accounts/account.ts'
import { HttpError } from '../../http/problem.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { seedPurpose, stepOfCode } from './authenticator-seed.ts'
import {
  PASSWORD_MAX_CHARACTERS,
  PASSWORD_MIN_CHARACTERS,
  passwordFault,
} from './password-rules.ts'
import type { PasswordWay } from './password-store.ts'
import { TOTP_SECRET_BYTES } from './totp.ts'

/** Sealed for the account: it is kept while the app is being set up, and stored then. */
export function newSealedSeed(
  { seal }: Pick<SignInParts, 'seal'>,
  account: string,
): Promise<string> {
  return seal.seal(seedPurpose(account), randomBytes(TOTP_SECRET_BYTES))
}

export async function newPasswordWay(
  parts: Pick<SignInParts, 'database' | 'seal' | 'hashes' | 'clock'>,
  account: Pick<Account, 'id' | 'name' | 'login'>,
  typed: { readonly password: string; readonly code: string; readonly sealedSeed: string },
): Promise<PasswordWay> {
  const { password, code, sealedSeed } = typed
  const products = await parts.database.products.all()
  const names = [account.name, account.login ?? '', ...products.map(({ id }) => id)]
  const reason = passwordFault(password, names)
  if (reason !== undefined) {
    throw new HttpError(422, 'PASSWORD_REFUSED', 'Choose another password: longer, and your own', {
      facts: { reason, min: PASSWORD_MIN_CHARACTERS, max: PASSWORD_MAX_CHARACTERS },
    })
  }
  const now = nowSeconds(parts)
  const unused = { account: account.id, sealedSeed, lastStep: 0 }
  const step = await stepOfCode(parts.seal, unused, code, now)
  if (step === undefined) {
    throw new HttpError(
      422,
      'AUTHENTICATOR_CODE_WRONG',
      'The code is not the one that your authenticator app should show now. Check the clock of its device',
    )
  }
  // The code that set it up signs nobody in.
  return { ...unused, lastStep: step, hash: await parts.hashes.make(password), changedAt: now }
}
