/**
 * What a reset does, in its order, as data. Each step may be cut off by a power loss before, inside
 * and after it; the reset then begins again from the first step, so each is safe to repeat.
 *
 * Keys go before what they protect (NIST SP 800-88, cryptographic erase): from then on it does not
 * matter how far the rest came. The log restarts before anything new is written into it.
 */
import type { ResetLevel } from './reset-intent.ts'

export const RESET_STEPS = [
  /** Nobody writes into what is being erased. */
  { name: 'stop-product', of: ['settings', 'factory', 'erase', 'import'] },
  { name: 'destroy-data-key', of: ['factory', 'erase'] },
  { name: 'erase-owners-data', of: ['factory', 'erase'] },
  { name: 'prove-erased', of: ['factory', 'erase'] },
  { name: 'recreate-owners-data', of: ['factory', 'erase'] },
  /** Accounts, pairing, sessions, certificates, what is half imported, an update not yet armed. */
  { name: 'remove-leftovers', of: ['factory'] },
  { name: 'restart-log', of: ['factory'] },
  { name: 'renew-identity', of: ['factory'] },
  /** Settings, queued reports, the update under way; holds the report of the reset until it is sent. */
  { name: 'reset-record', of: ['settings', 'factory', 'erase'] },
  { name: 'apply-import', of: ['import'] },
  { name: 'prove-defaults', of: ['settings', 'factory'] },
  { name: 'write-receipt', of: ['settings', 'factory', 'erase', 'import'] },
  { name: 'forget-intent', of: ['settings', 'factory', 'erase', 'import'] },
] as const satisfies readonly { readonly name: string; readonly of: readonly ResetLevel[] }[]

export type ResetStepName = (typeof RESET_STEPS)[number]['name']

export function stepsOf(level: ResetLevel): ResetStepName[] {
  return RESET_STEPS.filter(({ of }) => (of as readonly ResetLevel[]).includes(level)).map(
    ({ name }) => name,
  )
}
