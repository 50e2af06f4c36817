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

  /** Strictly increasing per device; durable before it resolves, so that none is ever given twice. */
  nextSequence(device: string, now: number): Promise<number>

  markSent(id: number, seq: number, now: number): Promise<void>
}
