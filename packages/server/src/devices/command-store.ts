/** Commands as intents: what an operator wants, until it could be handed to the device (protocol §6). */
import type { Json } from '@fleetward/shared'

export interface CommandIntent {
  readonly id: number
  readonly command: string
  readonly arguments: { readonly [name: string]: Json }
  readonly state: 'pending' | 'sent'
  readonly createdAt: number
  /** Of the signed command, once it was sent. */
  readonly seq: number | undefined
  readonly sentAt: number | undefined
}

/** Longer than signing and publishing take; after a server's end another one takes over. */
export const CLAIM_SECONDS = 30

export interface NewCommand {
  readonly product: string
  readonly device: string
  readonly command: string
  readonly arguments: { readonly [name: string]: Json }
}

export interface CommandStore {
  /**
   * Adds the intent in place of pending ones of the same name: only the last wish counts. The intents kept per
   * device are bounded.
   */
  add(command: NewCommand, now: number): Promise<CommandIntent>

  /** Oldest first. */
  pending(device: string): Promise<readonly CommandIntent[]>

  /** Newest first. */
  list(device: string, limit: number): Promise<readonly CommandIntent[]>

  /**
   * Takes the intent for this server to hand over, with a sequence number: strictly increasing per device, and
   * durable before it resolves, so that none is ever given twice. Undefined when it is not pending any more, or
   * another server took it less than {@link CLAIM_SECONDS} ago: a command signed twice would be obeyed twice.
   */
  claim(intent: CommandIntent, device: string, now: number): Promise<number | undefined>

  /** Nobody was there to receive it. */
  release(id: number): Promise<void>

  markSent(id: number, seq: number, now: number): Promise<void>
}
