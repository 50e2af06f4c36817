/**
 * Whatever a test changes over the API is in the audit log, under the request that changed it: asked after every change
 * of every test. What is said a second time may change nothing, and be noted nowhere; of twins with one idempotency
 * key, either may be the one that gets the answer of the other.
 */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'

export interface Change {
  readonly method: string
  /** Below /api/1. */
  readonly path: string
  readonly body: object | Uint8Array | undefined
}

/** By whatever server of the test's: one that was killed, and the one that took its place, hear the same. */
const said = new Set<string>()
/** A bulk change that found nothing to change. */
const NOTHING_CHANGED = /"changed":0\b/

export async function assertAudited(
  database: Kysely<Tables> | undefined,
  { method, path, body }: Change,
  response: Response,
  answer: string,
): Promise<void> {
  if (method === 'GET' || method === 'HEAD' || !response.ok || database === undefined) return
  if (path.endsWith('/preview')) return
  if (response.headers.has('idempotency-replayed') || NOTHING_CHANGED.test(answer)) return
  const words =
    body instanceof Uint8Array ? Buffer.from(body).toString('hex') : JSON.stringify(body)
  const change = `${method} ${path} ${words}`
  if (said.has(change)) return
  said.add(change)
  const id = response.headers.get('x-request-id')
  const entries = await database
    .selectFrom('audit_entries')
    .select('action')
    .where('line', 'like', `%"requestId":"${id}"%`)
    .execute()
  assert.notEqual(entries.length, 0, `the audit log says nothing of ${method} ${path}`)
}
