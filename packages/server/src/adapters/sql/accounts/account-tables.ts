/** The tables of migration 0005 as kysely sees them. Times are seconds since 1970. */
import type { Role } from '../../../accounts/permission.ts'

export interface AccountTables {
  accounts: {
    id: string
    kind: 'person' | 'service'
    login: string | null
    name: string
    owner: string | null
    break_glass: number
    created_at: number
    disabled_at: number | null
    revision: number
  }
  account_grants: {
    account: string
    role: Role
    product: string
    granted_at: number
    granted_by: string
  }
  sessions: {
    id: string
    account: string
    sha256: string
    /** JSON array. */
    factors: string
    opened_at: number
    seen_at: number
    proved_at: number
    address: string | null
    user_agent: string
  }
  api_tokens: {
    id: string
    account: string
    parent: string | null
    sha256: string
    name: string
    /** JSON array. */
    scopes: string
    product: string
    created_at: number
    created_by: string
    expires_at: number
    last_used_at: number | null
  }
  kept_answers: {
    actor: string
    idempotency_key: string
    request_sha256: string
    state: 'underWay' | 'kept' | 'secret' | 'unknown'
    status: number
    /** JSON object. */
    headers: string
    body: string
    kept_at: number
  }
}
