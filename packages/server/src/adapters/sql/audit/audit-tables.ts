/** The tables of migration 0006 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'

export interface AuditTables {
  audit_entries: {
    seq: number
    at: number
    actor: string
    person: string | null
    action: string
    product: string | null
    subject: string
    outcome: 'done' | 'refused'
    hash: string
    line: string
  }
  /** One row. */
  audit_head: { id: number; seq: number; hash: string }
  audit_checkpoints: { seq: number; hash: string; at: number; token: string }
  /** `public_key`: 32 bytes in base64url; `sealed`: the private one, by port `Seal`. */
  audit_keys: {
    number: ColumnType<number, undefined, never>
    kid: string
    public_key: string
    sealed: string
    created_at: number
  }
  events: {
    /** The order in which they were written, not in which they became visible. */
    added: ColumnType<number, undefined, never>
    id: string
    position: number | null
    at: number
    type: string
    product: string | null
    /** JSON. */
    data: string
  }
  /** One row. */
  event_head: { id: number; position: number }
  told_positions: { name: string; position: number }
  webhooks: {
    id: string
    product: string | null
    url: string
    description: string
    /** JSON. */
    types: string
    /** Sealed, as is the one before the last rotation. */
    secret: string
    old_secret: string | null
    old_secret_until: number | null
    state: 'enabled' | 'disabled' | 'failed'
    /** Of the last event that was delivered, or is none of its business. */
    position: number
    /** At the event that is due. */
    attempts: number
    next_at: number
    failing_since: number | null
    revision: number
    created_at: number
    created_by: string
  }
  webhook_deliveries: {
    webhook: string
    event: string
    position: number
    type: string
    /** `asked`: somebody asked for it to be delivered again. */
    state: 'delivered' | 'failing' | 'asked'
    attempts: number
    first_at: number
    last_at: number
    status: number | null
    error: string | null
  }
  break_glass: {
    id: string
    sha256: string
    created_at: number
    used_at: number | null
    used_from: string | null
    acknowledged_at: number | null
    acknowledged_by: string | null
  }
}
