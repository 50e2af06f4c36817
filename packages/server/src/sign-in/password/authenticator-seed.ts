/** The seed of an authenticator app, which is never stored in the clear. */
import type { Seal } from '../../secrets/seal.ts'
import type { PasswordWay } from './password-store.ts'
import { matchingStep } from './totp.ts'

export function seedPurpose(account: string): string {
  return `totp/${account}`
}

/** The time step whose code this is and that was not used yet; undefined for a wrong code. */
export async function stepOfCode(
  seal: Seal,
  way: Pick<PasswordWay, 'account' | 'sealedSeed' | 'lastStep'>,
  code: string,
  now: number,
): Promise<number | undefined> {
  const seed = await seal.open(seedPurpose(way.account), way.sealedSeed)
  return matchingStep(code, seed, { now, lastStep: way.lastStep })
}
