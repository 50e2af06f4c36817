/** What retention left of the entries it deleted: up to where, and the server's signature on it. */
import type { AuditHead } from '@fleetward/shared'

/** `seq` and `hash` are those of the last entry that was deleted. */
export interface Checkpoint extends AuditHead {
  /** Seconds since 1970. */
  readonly at: number
  /** A signed statement of kind `checkpoint` (packages/shared audit-statement.ts). */
  readonly token: string
}
