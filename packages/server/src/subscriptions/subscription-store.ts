import type { Subscription } from './subscription.ts'

export interface SubscriptionQuery {
  readonly product: string | undefined
  /** From the one before this id. */
  readonly before: string | undefined
  readonly limit: number
}

export interface SubscriptionStore {
  find(id: string): Promise<Subscription | undefined>
  /** The newest first. */
  list(query: SubscriptionQuery): Promise<readonly Subscription[]>
  /** As it is now: the one that there is, asked for again, or a new one. What is confirmed keeps its language. */
  ask(wanted: Omit<Subscription, 'number' | 'confirmedAt' | 'bounces'>): Promise<Subscription>
  /** False when there is none any more, or it was confirmed already. */
  confirm(id: string, at: number): Promise<boolean>
  setBounces(id: string, bounces: number): Promise<void>
  /** With its mails: its address is gone when this is durable. */
  remove(id: string): Promise<boolean>
  /** All of the address on this product. */
  removeOf(address: string, product: string): Promise<readonly string[]>
  /** Confirmed ones of a product, in order, from the one after `number`. */
  after(product: string, number: number, limit: number): Promise<readonly Subscription[]>
  count(): Promise<{ readonly all: number; readonly unconfirmed: number }>
  countOf(address: string): Promise<number>
  /** Deletes at most `limit` that nobody confirmed and that were asked for before `at`; resolves with how many. */
  deleteUnconfirmedBefore(at: number, limit: number): Promise<number>

  addRound(round: Omit<MailRound, 'number' | 'position'>): Promise<void>
  rounds(limit: number): Promise<readonly MailRound[]>
  /** False when another server was faster. */
  moveRound(round: MailRound, position: number): Promise<boolean>
  endRound(round: MailRound): Promise<void>
}

/** Something on its way to all subscribers of a product. */
export interface MailRound {
  readonly number: number
  readonly about: string
  readonly product: string
  readonly at: number
  /** JSON, of the kind of news. */
  readonly facts: string
  /** Number of the last subscription that it has reached. */
  readonly position: number
}
