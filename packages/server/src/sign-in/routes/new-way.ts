/** What a new way in brings with it, on the first page as on the account's own. */
import { z } from 'zod'
import { HttpError } from '../../http/problem.ts'
import type { NewPassword } from '../pages/new-password-form.ts'
import { seedPurpose } from '../password/authenticator-seed.ts'
import { base32 } from '../password/base32.ts'
import { PASSWORD_MAX_CHARACTERS } from '../password/password-rules.ts'
import { totpUri } from '../password/totp.ts'
import type { SignInParts } from '../sign-in-parts.ts'
import { PASSKEY_NAME_MAX_CHARACTERS } from '../ways-in.ts'

export const passkeyName = z.string().trim().min(1).max(PASSKEY_NAME_MAX_CHARACTERS)
export const madePasskey = z.strictObject({ name: passkeyName, response: z.unknown() })

const password = z.string().max(PASSWORD_MAX_CHARACTERS * 2)
export const newPasswordForm = z.strictObject({
  ...{ password, again: password, code: z.string().max(16) },
  /** For password managers. */
  username: z.string().max(300).optional(),
})

export function requireSame({ password, again }: { password: string; again: string }): void {
  if (password === again) return
  throw new HttpError(422, 'PASSWORDS_DIFFER', 'The two passwords differ; type them again')
}

/** In the clear, for the page that shows it to its owner. */
export async function shownSeed(
  { seal }: Pick<SignInParts, 'seal'>,
  { account, login }: { readonly account: string; readonly login: string },
  sealedSeed: string,
): Promise<NewPassword> {
  const seed = await seal.open(seedPurpose(account), sealedSeed)
  const key = base32(seed).replace(/(.{4})(?!$)/g, '$1 ')
  return { key, uri: totpUri(seed, 'Fleetward', login), login }
}
