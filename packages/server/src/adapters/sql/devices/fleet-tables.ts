/** The tables of migrations 0004 and 0017 as kysely sees them. Times are seconds since 1970; flags are 0 or 1. */
import type { ColumnType } from 'kysely'
import type { AttributeRow } from './attribute-rows.ts'

type Defaulted<T> = ColumnType<T, T | undefined, T>

export interface FleetTables {
  device_entitlements: { product: string; device: string; name: string; until: number | null }
  /** What of a device is long, or asked for one device at a time. */
  device_heads: {
    device: string
    /** Head of the report chain: the last accepted sequence number and the digest of its token. */
    report_seq: Defaulted<number>
    report_digest: Defaulted<string>
    /** Reports that never came, whose `prev` did not fit, and that were refused. */
    reports_missing: Defaulted<number>
    reports_unchained: Defaulted<number>
    reports_refused: Defaulted<number>
    progress: Defaulted<number | null>
    /** Claims of the last report, canonical JSON; the inventory of the last one that had it. */
    claims: Defaulted<string | null>
    inventory: Defaulted<string | null>
    nonce: Defaulted<string | null>
    /** Head of its activity log, and the finding once it no longer led on from there. */
    log_seq: Defaulted<number | null>
    log_hash: Defaulted<string | null>
    log_broken: Defaulted<string | null>
    command_seq: Defaulted<number>
    /** devices/reports/clone-watch.ts, JSON. */
    clone_watch: Defaulted<string | null>
  }
  device_attributes: AttributeRow
  cohorts: {
    product: string
    name: string
    description: Defaulted<string>
    /** A filter, and its place among the rules of the product. */
    rule: Defaulted<string | null>
    position: Defaulted<number | null>
    created_at: number
  }
  saved_filters: {
    product: string
    name: string
    filter: string
    description: string
    saved_at: number
    saved_by: string
  }
  expected_devices: {
    id: string
    product: string
    cohort: string | null
    pinned: number
    test: number
    /** JSON object. */
    attributes: string
    expected_at: number
  }
}
