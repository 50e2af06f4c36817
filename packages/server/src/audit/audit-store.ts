/**
 * The audit log of the server: who did what, or tried to, from where, and what it was before and after. Entries
 * are a hash chain (entry.ts); nothing edits one, and only retention deletes, from the oldest on (checkpoint.ts).
 */
import type { AuditHead, Json } from '@fleetward/shared'
import type { Actor } from '../accounts/actor.ts'
import type { Checkpoint } from './checkpoint.ts'

export interface NewAuditEntry {
  /** Seconds since 1970. */
  readonly at: number
  readonly actor: Actor
  /** What was done, in the past tense: `rollout.paused`. Of a refused attempt: what was tried. */
  readonly action: string
  readonly product?: string | undefined
  /** What it was done to: `rollout/1-4-3-ab12`. */
  readonly subject: string
  /** Only the members that differ are kept, bounded and without secrets; whole objects may be given. */
  readonly before?: Json | undefined
  readonly after?: Json | undefined
  readonly outcome: 'done' | 'refused'
  /** Of a refusal: protocol §13.2. */
  readonly code?: string | undefined
  readonly requestId?: string | undefined
}

/** As stored: `hash` is the SHA-256 of `line`, and `line` holds the hash of the one before. */
export interface ChainedLine {
  readonly seq: number
  readonly hash: string
  readonly line: string
}

/** Every member given must agree; `action` and `subject` also take their beginning, `rollout.` or `device/`. */
export interface AuditQuery {
  /** Undefined: all, also what belongs to no product. */
  readonly products?: readonly string[] | undefined
  /** Account id of who did it or of the person who answers for it. */
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
  readonly outcome?: 'done' | 'refused' | undefined
  /** Seconds, inclusive. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Only entries before this one; the newest come first. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface AuditStore {
  /** Becomes durable, or not at all, with the transaction of these stores. */
  append(entry: NewAuditEntry): Promise<void>
  /** The last entry ever appended, also when somebody cut the table off; seq 0 when there was none. */
  head(): Promise<AuditHead>
  /** In order, from the one after `after`. */
  lines(after: number, limit: number): Promise<readonly ChainedLine[]>
  /** The first entry at or after this time; undefined when there is none. */
  firstSince(at: number): Promise<number | undefined>
  find(query: AuditQuery): Promise<readonly ChainedLine[]>
  /** The last deletion by retention; undefined while the log still has its first entry. */
  checkpoint(): Promise<Checkpoint | undefined>
  /** Deletes the entries up to the checkpoint's and keeps it; one transaction. */
  shorten(checkpoint: Checkpoint): Promise<void>
}
