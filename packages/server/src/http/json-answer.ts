/** How JSON is answered. Express works out its type, length and freshness anew each time, for whatever it may be. */
import type { Response } from 'express'

/** Takes the place of an app's `response.json`. */
export function answerJson<Answer extends Response>(this: Answer, value: unknown): Answer {
  const body = JSON.stringify(value)
  // Whoever has this revision already is told so instead.
  if (this.hasHeader('ETag')) return this.type('json').send(body)
  if (!this.hasHeader('Content-Type')) {
    this.setHeader('Content-Type', 'application/json; charset=utf-8')
  }
  this.setHeader('Content-Length', Buffer.byteLength(body))
  this.end(body)
  return this
}
