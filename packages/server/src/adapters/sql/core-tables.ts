/** The tables of migration 0001 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'

export interface CoreTables {
  products: {
    id: string
    created_at: number
    /** JSON: ApprovalRule; null: nobody has to approve. */
    approval: ColumnType<string | null, string | null | undefined, string | null>
    /** JSON: GatePolicy; null: the first one. */
    gate: ColumnType<string | null, string | null | undefined, string | null>
  }
  metadata: {
    product: string
    role: string
    version: number
    bytes: Uint8Array
    expires_at: number
    published_at: number
  }
  staged_metadata: {
    product: string
    role: string
    version: number
    bytes: Uint8Array
    uploaded_at: number
  }
  target_files: {
    product: string
    path: string
    sha256: string
    length: number
    kind: 'artifact' | 'chunks' | 'sbom' | 'trust'
    published_at: number
  }
  /** Of migration 0024. */
  brought_files: {
    product: string
    sha256: string
    kind: 'artifact' | 'chunks' | 'sbom' | 'trust'
    brought_at: number
  }
  releases: {
    product: string
    version: string
    role: 'security' | 'functionality'
    path: string
    sha256: string
    /** The target file exactly as signed, canonical JSON: a release never changes. */
    target: string
    /** 1 while the current metadata lists it. */
    listed: number
    published_at: number
    withdrawn_at: number | null
    /** What a device needs to be offered it. */
    entitlement: ColumnType<string | null, string | null | undefined, string | null>
  }
  manifests: {
    audience: string
    product: string
    topic: string
    seq: number
    token: string
    /** What it says, without times and sequence; equal claims need no new signature. */
    offers: string
    issued_at: number
    /** The sequence number that the broker is known to have; 0 for none. */
    published_seq: ColumnType<number, number | undefined, number>
    /** Of a manifest for one device. */
    device: ColumnType<string | null, string | null | undefined, string | null>
    /** 1: it has something new to say and is not signed yet. */
    stale: ColumnType<number, number | undefined, number>
  }
  access_tokens: { name: string; sha256: string; created_at: number }
}
