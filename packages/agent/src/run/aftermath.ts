/**
 * What becomes of an effect that threw. Sorted here, once: what trying again can cure is tried again,
 * what it cannot becomes an event, and what nobody foresaw is passed on.
 */
import { codeOf, TransferError } from '@fleetward/shared'
import type { Effect, UpdateEvent } from '../core/update-machine.ts'

export type Aftermath =
  | { readonly what: 'tryAgain' }
  | { readonly what: 'event'; readonly event: UpdateEvent }
  | { readonly what: 'goOn' }

/** Throws what is no error of anybody's but ours. */
export function aftermathOf(effect: Effect, error: unknown): Aftermath {
  const failure = codeOf(error)
  if (failure === undefined) throw error
  if (error instanceof TransferError) return { what: 'tryAgain' }
  switch (effect.name) {
    case 'consider':
      return { what: 'event', event: { name: 'offerRefused' } }
    case 'download':
    case 'writeSlot':
    case 'considerSwitch':
      // The server can be late with signing anew; what was begun may wait for it.
      if (failure.code === 'METADATA_EXPIRED') return { what: 'tryAgain' }
      return { what: 'event', event: { name: 'effectFailed', failure } }
    case 'tryBoot':
      return { what: 'event', event: { name: 'effectFailed', failure } }
    case 'discardDownload':
      // Only disk space is lost, and the next download takes the same place.
      return { what: 'goOn' }
    default:
      // Booting, committing and falling back have no alternative: the disk has to come back.
      return { what: 'tryAgain' }
  }
}
