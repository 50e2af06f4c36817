/** The tables of migrations 0015 and 0017 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { NoticeAudience } from '../../../cases/case-notice.ts'
import type { SuggestionState } from '../../../cases/suggestion.ts'

export interface CaseTables {
  cases: {
    number: ColumnType<number, undefined, never>
    id: string
    product: string
    kind: 'vulnerability' | 'incident'
    title: string
    /** JSON: string[]. */
    cves: string
    /** JSON: string[]. */
    versions: string
    fixed_version: string | null
    zone: string
    is_drill: number
    is_virtual: number
    opened_at: number
    closed_at: number | null
    due_at: number | null
    revision: number
  }
  case_events: {
    case_id: string
    position: number
    at: number
    recorded_at: number
    recorded_by: string
    recorder_name: string
    /** JSON: RecordedFact. */
    content: string
  }
  case_reminders: { case_id: string; reminder: string; at: number }
  case_suggestions: {
    number: ColumnType<number, undefined, never>
    id: string
    product: string
    sign: string
    first_at: number
    last_at: number
    /** JSON. */
    facts: string
    state: SuggestionState
    reason: string | null
    decided_at: number | null
    decided_by: string | null
    case_id: string | null
    revision: number
    /** A vulnerability, where there is one suggestion for each. */
    about: string | null
  }
  case_notices: {
    number: ColumnType<number, undefined, never>
    case_id: string
    position: number
    product: string
    at: number
    audience: NoticeAudience
    /** JSON: string[]. */
    versions: string
    text: string
  }
}
