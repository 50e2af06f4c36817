/**
 * One name per request, in its answer, in the log and in the audit log, so that what belongs together is found
 * together. It is ours: what a caller sends under that name is not repeated.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { asRequest } from '../observability/current-request.ts'

const ids = new WeakMap<IncomingMessage, string>()

export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const id = randomUUID()
  ids.set(request, id)
  return id
}

export const nameRequest: RequestHandler = (request, response, next) => {
  const id = requestIdOf(request)
  response.set('X-Request-Id', id)
  asRequest(id, next)
}
