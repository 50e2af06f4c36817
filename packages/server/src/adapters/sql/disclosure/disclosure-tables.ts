/** The tables of migrations 0012 and 0028 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { Due, EntryKind, ReportState } from '../../../disclosure/report.ts'
import type { Language } from '../../../pages/language.ts'

export interface DisclosureTables {
  /** One row; `value` is JSON. */
  disclosure_settings: { id: number; value: string; revision: number; expires_at: number }
  disclosure_reports: {
    number: ColumnType<number, undefined, never>
    id: string
    sha256: string
    received_at: number
    state: ReportState
    state_at: number
    title: string
    content: string
    affected: string
    version: string
    reporter: string
    contact: string
    credit_name: string
    /** '' for who did not ask for mails. */
    mail_language: Language | ''
    product: string | null
    assignee: string | null
    duplicate_of: string | null
    is_embargoed: number
    acknowledge_by: number
    assess_by: number
    told: Due | null
    revision: number
  }
  disclosure_entries: {
    number: ColumnType<number, undefined, never>
    report: string
    at: number
    kind: EntryKind
    said_by: string | null
    content: string
  }
}
