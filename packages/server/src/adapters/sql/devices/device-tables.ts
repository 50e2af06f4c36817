/** The tables of migration 0002, as 0004 left them, as kysely sees them. Times are seconds since 1970. */
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
    /** In the hour that began then; connection-counts.ts. */
    connections: Defaulted<number>
    connections_since: Defaulted<number | null>
    /** When it last connected once too often. */
    flapped_at: Defaulted<number | null>
    state: string | null
    waiting_for: string | null
    version: string | null
    /** devices/version-key.ts */
    version_key: string | null
    security_counter: number | null
    rollout: string | null
    code: string | null
    integrity: string | null
    /** Of the owner, as last reported. */
    opted_out: Defaulted<number>
    postponed_until: Defaulted<number | null>
    /** Of the release that was put off until then, where the device said which. */
    postponed_version: Defaulted<string | null>
    /** 1: such a release installs by itself; null: the device has not said. */
    automatic_security: Defaulted<number | null>
    automatic_functionality: Defaulted<number | null>
    /** `none`, or the owner's maintenance window as JSON; null: the device does not tell. */
    own_window: Defaulted<string | null>
    /** Of its inventory: the zone that the machine is set to. */
    time_zone: Defaulted<string | null>
    /** 1: no rule moves it. */
    pinned: Defaulted<number>
    test: Defaulted<number>
    quarantined_at: Defaulted<number | null>
    quarantined_by: Defaulted<string | null>
    quarantine_reason: Defaulted<string | null>
    clone_suspected_at: Defaulted<number | null>
    /** ISO 3166-1, from the operator's attribute of that name. */
    country: Defaulted<string | null>
    /** Nothing but its id is left. */
    decommissioned_at: Defaulted<number | null>
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
