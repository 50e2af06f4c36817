/**
 * The proof by password: always together with a code of the authenticator app or a recovery code, and always the same
 * answer to what is wrong. A name that nobody has, or whose account has no password, costs the same work.
 */
import type { Account } from '../../accounts/account.ts'
import type { Factor } from '../../accounts/session.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { stepOfCode } from './authenticator-seed.ts'
import type { PasswordWay } from './password-store.ts'
import { recoveryDigest } from './recovery-code.ts'

export interface TypedProof {
  readonly password: string
  /** Of the authenticator app, or a recovery code. */
  readonly code: string
}

/** The factors that were proved, or undefined. A code that was right is used up. */
export async function provePassword(
  parts: Pick<SignInParts, 'database' | 'hashes' | 'seal' | 'clock'>,
  account: Account | undefined,
  { password, code }: TypedProof,
): Promise<readonly Factor[] | undefined> {
  const { database, hashes } = parts
  const way = account && (await database.signIn.passwords.find(account.id))
  const { isRight, outdated } = await hashes.check(password, way?.hash)
  if (account === undefined) return undefined
  if (way === undefined) {
    // Who has passkeys alone and lost them has nothing but a recovery code to type.
    const isAlone = password === '' && (await useRecoveryCode(parts, account.id, code))
    return isAlone ? ['recoveryCode'] : undefined
  }
  if (!isRight) return undefined
  const second = await secondFactor(parts, way, code)
  if (second === undefined) return undefined
  if (outdated) {
    const upgraded = await hashes.make(password)
    await database.signIn.passwords.upgradeHash(account.id, way.hash, upgraded)
  }
  return ['password', second]
}

async function secondFactor(
  parts: Pick<SignInParts, 'database' | 'seal' | 'clock'>,
  way: PasswordWay,
  code: string,
): Promise<Factor | undefined> {
  const { database, seal } = parts
  const step = await stepOfCode(seal, way, code, nowSeconds(parts))
  // Of two who bring the same code at once, one is let in.
  if (step !== undefined) {
    return (await database.signIn.passwords.useStep(way.account, step)) ? 'totp' : undefined
  }
  return (await useRecoveryCode(parts, way.account, code)) ? 'recoveryCode' : undefined
}

async function useRecoveryCode(
  { database }: Pick<SignInParts, 'database'>,
  account: string,
  code: string,
): Promise<boolean> {
  const digest = recoveryDigest(code)
  return digest !== undefined && (await database.signIn.recoveryCodes.use(account, digest))
}
