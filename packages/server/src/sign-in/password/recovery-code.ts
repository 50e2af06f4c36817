/**
 * Recovery codes: for the day the authenticator is lost. Eighty bits of chance each, so a plain digest is as good as
 * a slow one, and whoever reads the database cannot sign in with it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { base32 } from './base32.ts'

export const RECOVERY_CODES_COUNT = 10
const CODE_BYTES = 10
const CODE = /^[A-Z2-7]{16}$/

/** As they are shown, once: `ABCD-EFGH-IJKL-MNOP`. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES_COUNT }, () =>
    base32(randomBytes(CODE_BYTES)).replace(/(.{4})(?!$)/g, '$1-'),
  )
}

/** The digest that is stored, of a code however it was typed; undefined for what cannot be one. */
export function recoveryDigest(typed: string): string | undefined {
  // What paper and handwriting make of the alphabet, which has neither 0 nor 1 nor 8.
  const code = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('0', 'O')
    .replaceAll('1', 'I')
    .replaceAll('8', 'B')
  return CODE.test(code) ? createHash('sha256').update(code).digest('hex') : undefined
}
