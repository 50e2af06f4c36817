/** The tables of migration 0002 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'

/** NOT NULL with a default: need not be given when the row is made. */
type Defaulted<T> = ColumnType<T, T | undefined, T>

export interface DeviceTables {
  enrolment_tokens: {
    id: string
    secret_sha256: string
    product: string
    cohort: string
    device: string | null
    expires_at: number
    created_at: number
    used_at: number | null
    used_by: string | null
    used_key_sha256: string | null
  }
  devices: {
    id: string
    product: string
    cohort: string
    enrolled_at: number
    revoked_at: number | null
    online: Defaulted<number>
    last_seen_at: number | null
    /** Head of the report chain: the last accepted sequence number and the digest of its token. */
    report_seq: Defaulted<number>
    report_digest: Defaulted<string>
    /** Reports that never came, whose `prev` did not fit, and that were refused. */
    reports_missing: Defaulted<number>
    reports_unchained: Defaulted<number>
    reports_refused: Defaulted<number>
    state: string | null
    waiting_for: string | null
    version: string | null
    security_counter: number | null
    rollout: string | null
    code: string | null
    progress: number | null
    /** Claims of the last report, canonical JSON; the inventory of the last one that had it. */
    claims: string | null
    inventory: string | null
    nonce: string | null
    /** Head of its activity log, and the finding once it no longer led on from there. */
    log_seq: number | null
    log_hash: string | null
    log_broken: string | null
    command_seq: Defaulted<number>
  }
  device_certificates: {
    serial: string
    device: string
    state: 'current' | 'pending' | 'replaced' | 'revoked'
    public_key: Uint8Array
    pem: string
    not_after: number
    issued_at: number
    /** The fleet CA that signed it; null for those of before there could be two. */
    issuer: Defaulted<string | null>
  }
  reports: {
    device: string
    seq: number
    received_at: number
    digest: string
    token: string
    state: string
    waiting_for: string | null
    version: string
    rollout: string | null
    code: string | null
    refused: string | null
    /** Reports missing directly before this one; 1 when `prev` is the digest of the one before. */
    missing_before: number
    prev_fits: number
  }
  rollout_devices: {
    product: string
    rollout: string
    device: string
    attempt: number
    release_version: string | null
    state: string
    waiting_for: string | null
    committed: number
    failed: number
    code: string | null
    changed_at: number
  }
  commands: {
    id: ColumnType<number, undefined, never>
    product: string
    device: string
    command: string
    arguments: string
    state: 'pending' | 'sent'
    created_at: number
    seq: number | null
    sent_at: number | null
    /** Until then a server is handing it over. */
    claimed_until: ColumnType<number | null, never, number | null>
  }
}
