/** Files of the advisories on their way out: each with a digest as its ETag, for whoever looks again. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RenderedFile } from './kept-tree.ts'

/**
 * Kept by whoever likes, and asked for anew each time: what was withdrawn lives on in no proxy, and no document stands
 * there beside the hash or the signature of the next one.
 */
const FRESH = 'no-cache'

export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { type, body, etag }: RenderedFile,
): void {
  response.setHeader('ETag', etag)
  response.setHeader('Cache-Control', FRESH)
  // Whoever reads advisories by a program in a page may (CSAF aggregators do).
  response.setHeader('Access-Control-Allow-Origin', '*')
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  if (type.startsWith('text/html')) {
    response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  }
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length }).end(body)
}
