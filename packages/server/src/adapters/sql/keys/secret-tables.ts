/** The tables of migration 0010 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { KeyPurpose } from '../../../server-keys/server-key.ts'

export interface SecretTables {
  sealing_keys: {
    /** The order in which they were made. */
    number: ColumnType<number, undefined, never>
    id: string
    wrapped: string
    created_at: number
    retired_at: number | null
  }
  server_keys: {
    number: ColumnType<number, undefined, never>
    purpose: KeyPurpose
    /** '' for what belongs to the whole server. */
    product: string
    id: string
    public: string
    sealed: string
    created_at: number
    leaves_at: number | null
  }
  listed_keys: { product: string; purpose: KeyPurpose; id: string }
}
