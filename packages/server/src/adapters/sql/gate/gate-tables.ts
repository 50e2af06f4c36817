/** The tables of migration 0016 and `gate_results` of 0014 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { EvidenceKind, Outcome } from '../../../evidence/evidence.ts'
import type { GateCode } from '../../../gate/gate.ts'

type Numbered = ColumnType<number, undefined, never>

export interface GateTables {
  gate_results: {
    number: Numbered
    product: string
    version: string
    at: number
    is_open: number
    /** JSON: GateResult. */
    result: string
  }
  gate_waivers: {
    number: Numbered
    id: string
    product: string
    version: string
    code: GateCode
    finding: string | null
    about: string | null
    reason: string
    author: string
    author_name: string
    at: number
    until: number
    ended_at: number | null
    ended_by: string | null
  }
  evidence: {
    number: Numbered
    product: string
    subject: string
    kind: EvidenceKind
    name: string
    sha256: string
    length: number
    outcome: Outcome
    /** JSON. */
    counts: string
    at: number
    author: string
    author_name: string
  }
}
