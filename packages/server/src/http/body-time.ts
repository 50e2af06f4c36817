/**
 * A body that never ends holds a connection, and later the patience of whoever waits: it gets so much time between two
 * pieces, and JSON so much altogether. Uploads of several GB take as long as they take while bytes come.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { HttpError } from './problem.ts'

export interface BodyTime {
  readonly idleMs: number
  /** For everything but uploads. */
  readonly totalMs: number
}

export const BODY_TIME: BodyTime = { idleMs: 60_000, totalMs: 30_000 }

export function limitBodyTime({ idleMs, totalMs }: BodyTime): RequestHandler {
  return (request, response, next) => {
    if (!hasBody(request)) return next()
    const refuse = () => {
      if (request.complete || response.headersSent) return
      // What is left of the body would be taken for the next request.
      response.set('Connection', 'close')
      next(new HttpError(408, 'BODY_TOO_SLOW', 'The body did not arrive in time; send it again'))
    }
    const { socket } = request
    let seenBytes = socket.bytesRead
    const waiting =
      request.method === 'PUT'
        ? setInterval(() => {
            if (socket.bytesRead === seenBytes) refuse()
            seenBytes = socket.bytesRead
          }, idleMs)
        : setTimeout(refuse, totalMs)
    const stop = () => clearTimeout(waiting)
    request.once('end', stop)
    response.once('close', stop)
    next()
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  return Number(headers['content-length'] ?? 0) !== 0
}
