/** The tables of migration 0019 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { AdvisoryState } from '../../../advisories/advisory.ts'

export interface AdvisoryTables {
  advisories: {
    number: ColumnType<number, undefined, never>
    id: string
    year: number
    serial: number
    product: string
    state: AdvisoryState
    state_at: number
    finding: string | null
    /** JSON. */
    content: string
    hold: string | null
    hold_until: number | null
    version: number
    published_at: number | null
    created_at: number
    created_by: string
    changed_at: number
    changed_by: string
    revision: number
  }
  advisory_reports: { advisory: string; report: string }
  csaf_documents: {
    number: ColumnType<number, undefined, never>
    tracking_id: string
    version: number
    is_current: number
    kind: 'advisory' | 'vex'
    product: string
    at: number
    first_at: number
    file: string
    title: string
    summary: string
    change: string
    withdrawn_because: string | null
    /** JSON; of advisories alone. */
    content: string | null
    document: string
    sha256: string
    sha512: string
    signature: string
    signed_by: string
    published_by: string
  }
}
