/**
 * A body that never ends holds a connection, and a place of those who wait (threads/work-queue.ts): JSON gets so much time
 * altogether. Uploads of several GB take as long as they take, but they move: neither silent for long, nor drop by drop.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { HttpError } from './problem.ts'

export interface BodyTime {
  /** Of an upload, without a byte. */
  readonly idleMs: number
  /** Of an upload, in each `idleMs` on average. */
  readonly leastBytes: number
  /** For everything but uploads. */
  readonly totalMs: number
}

/** 512 KiB a minute is what a line of 70 kbit/s brings. */
export const BODY_TIME: BodyTime = { idleMs: 60_000, leastBytes: 512 * 1024, totalMs: 30_000 }

const LOOKS = 4
/** As long as an upload may be behind: two pauses that are just short enough. */
const BEHIND_MAX_LOOKS = 2 * LOOKS
/** To read the answer; who does not take it is cut off without. */
const ANSWER_MS = 5_000

export function limitBodyTime(time: BodyTime): RequestHandler {
  return (request, response, next) => {
    if (!hasBody(request)) return next()
    const refuse = () => {
      if (request.complete || response.headersSent) return
      stop()
      // What is left of the body would be taken for the next request.
      response.set('Connection', 'close')
      const late = new HttpError(
        408,
        'BODY_TOO_SLOW',
        'The body did not arrive in time; send it again',
      )
      const { socket } = request
      const impatience = setTimeout(() => socket.destroy(), ANSWER_MS)
      socket.once('close', () => {
        clearTimeout(impatience)
        // Once it is answered, node ends a request no more: whoever reads the body would wait for ever.
        request.destroy(late)
      })
      next(late)
    }
    const waiting =
      request.method === 'PUT'
        ? setInterval(looksAt(request, time, refuse), time.idleMs / LOOKS)
        : setTimeout(refuse, time.totalMs)
    const stop = () => clearTimeout(waiting)
    request.once('end', stop)
    response.once('close', stop)
    next()
  }
}

function looksAt(
  request: IncomingMessage,
  { leastBytes }: BodyTime,
  refuse: () => void,
): () => void {
  const { socket } = request
  const least = leastBytes / LOOKS
  let seenBytes = socket.bytesRead
  let silentLooks = 0
  /** What came beyond the least is not saved up: nobody sends much and then holds his place for nothing. */
  let behindBytes = 0
  return () => {
    const cameBytes = socket.bytesRead - seenBytes
    seenBytes = socket.bytesRead
    // It came, and we are slow to read it.
    if (request.readableLength > 0) return
    silentLooks = cameBytes === 0 ? silentLooks + 1 : 0
    behindBytes = Math.max(0, behindBytes + least - cameBytes)
    if (silentLooks >= LOOKS || behindBytes > BEHIND_MAX_LOOKS * least) refuse()
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  return Number(headers['content-length'] ?? 0) !== 0
}
