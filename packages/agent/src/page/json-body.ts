/** A request's body: JSON of a bounded size in a bounded time, or none. */
import type { IncomingMessage } from 'node:http'
import {
  type Json,
  parseJson,
  REQUEST_BODY_MAX_BYTES,
  RequestError,
  TrustError,
} from '@fleetward/shared'

const BODY_TIME_LIMIT_MS = 10_000

export async function readJsonBody(request: IncomingMessage): Promise<Json> {
  const bytes = await readBody(request)
  if (bytes.length === 0) return {}
  // Also what keeps another site's form from sending it: a form cannot say so.
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestError('REQUEST_INVALID', { expected: 'application/json' })
  }
  try {
    return parseJson(bytes, REQUEST_BODY_MAX_BYTES)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('REQUEST_INVALID', { expected: 'strict JSON' })
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLate = setTimeout(() => request.destroy(), BODY_TIME_LIMIT_MS)
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length
      if (length > REQUEST_BODY_MAX_BYTES) {
        throw new RequestError('REQUEST_INVALID', {
          field: 'the body',
          maxBytes: REQUEST_BODY_MAX_BYTES,
        })
      }
      parts.push(part)
    }
  } finally {
    clearTimeout(tooLate)
  }
  return Buffer.concat(parts)
}
