/** The connections to PostgreSQL that all stores share. */
import { Pool } from 'pg'
import type { DatabasePlace } from '../database.ts'
import { withPassword } from './postgres-url.ts'
import { postgresTypes } from './postgres-values.ts'

const CONNECTIONS_MAX_COUNT = 10
/** A database that does not answer is away: whoever asks is told so instead of being kept waiting. */
const CONNECT_MS = 5_000

export function openPool(place: Extract<DatabasePlace, { url: string }>): Pool {
  const pool = new Pool({
    connectionString: withPassword(place),
    max: CONNECTIONS_MAX_COUNT,
    connectionTimeoutMillis: CONNECT_MS,
    types: postgresTypes,
    application_name: 'fleetward',
  })
  // A connection that breaks while nobody uses it is replaced at the next query; unheard, it would end the process.
  pool.on('error', () => {})
  // One that breaks inside a transaction, between two queries of it, belongs to nobody: the next query says so.
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}
