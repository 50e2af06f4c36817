/** Somebody outside who is told by mail of one product, or of one device of it. Pure. */
import { randomBytes } from 'node:crypto'
import type { Language } from '../pages/language.ts'

/** Of the link in the first mail; after that nothing of an address that nobody confirmed is left. */
export const CONFIRM_SECONDS = 86_400
export const SUBSCRIPTIONS_MAX_COUNT = 500_000
export const UNCONFIRMED_MAX_COUNT = 5_000
export const OF_ADDRESS_MAX_COUNT = 20
/** Mails that ask for a confirmation, whoever asked for them. */
export const ASKED_PER_ADDRESS_AND_DAY = 3
export const ASKED_PER_DAY_MAX_COUNT = 2_000

export interface Subscription {
  readonly number: number
  readonly id: string
  readonly address: string
  readonly product: string
  /** As the owner wrote it, whether there is such a device or not; '' for the product as a whole. */
  readonly device: string
  readonly language: Language
  readonly askedAt: number
  readonly confirmedAt: number | undefined
  /** Mails given up since the last one that arrived. */
  readonly bounces: number
}

export function newSubscriptionId(): string {
  return randomBytes(8).toString('hex')
}
