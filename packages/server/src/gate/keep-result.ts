/** Asks the gate about a release and keeps what it says, in the transaction of whoever asks. */
import type { Release } from '@fleetward/shared'
import type { Actor } from '../accounts/actor.ts'
import type { Stores } from '../stores.ts'
import type { Difference } from './difference.ts'
import { type GateResult, gateOf } from './gate.ts'
import { factsOf } from './gate-facts.ts'
import type { GatePolicy } from './policy.ts'

export interface Asking {
  readonly policy: GatePolicy
  readonly difference: Difference | undefined
  readonly now: Date
  readonly actor: Actor
  readonly requestId?: string | undefined
}

export async function askGate(
  stores: Stores,
  product: string,
  release: Release,
  { policy, difference, now, actor, requestId }: Asking,
): Promise<GateResult> {
  const { version } = release
  const at = Math.floor(now.getTime() / 1000)
  const result = gateOf(await factsOf(stores, product, release, { now, policy, difference }))
  await stores.gate.keep(product, version, { at, result })
  const { isOpen, threshold, waived } = result
  await stores.audit.append({
    ...{ at, actor, action: 'release.gate-checked', product, subject: `release/${version}` },
    ...{ outcome: 'done', requestId },
    after: {
      ...{ isOpen, threshold, reasons: codesOf(result) },
      waived: waived.map(({ waiver }) => waiver).join(' '),
    },
  })
  return result
}

export function codesOf({ reasons }: GateResult): string {
  return [...new Set(reasons.map(({ code }) => code))].join(' ')
}
