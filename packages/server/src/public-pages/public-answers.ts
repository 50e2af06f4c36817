/** How pages and texts go out to the public. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

const CONTENT_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * A page that is the same for everybody who reads its language: kept by whoever likes, and asked for anew each time, so
 * that what was withdrawn lives on in no proxy.
 */
export function sendForAll(
  request: IncomingMessage,
  response: ServerResponse,
  page: string | Buffer,
): void {
  const etag = `"${createHash('sha256').update(page).digest('hex')}"`
  const caching = { ETag: etag, 'Cache-Control': 'no-cache' }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ...caching, Vary: 'Accept-Language' }).end()
    return
  }
  send(request, response, 200, page, caching)
}

export function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  page: string | Buffer,
  // Nothing of a report is kept by the browser's history of pages or by a proxy.
  caching: Readonly<Record<string, string>> = { 'Cache-Control': 'no-store' },
): void {
  const body = typeof page === 'string' ? Buffer.from(page) : page
  // What is left of an unread body would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close')
  response
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': body.length,
      'Content-Security-Policy': CONTENT_POLICY,
      ...caching,
      'Referrer-Policy': 'same-origin',
      'X-Frame-Options': 'DENY',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      Vary: 'Accept-Language',
    })
    .end(body)
}

export function sendText(
  response: ServerResponse,
  text: string,
  cacheControl = 'public, max-age=3600',
): void {
  const body = Buffer.from(text)
  response
    .writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': cacheControl,
    })
    .end(body)
}

/** The look of the sign-in pages, and what forms and long texts need beside it. */
export function style(): Buffer {
  return Buffer.concat(
    ['../sign-in/site/sign-in.css', 'public.css'].map((file) =>
      readFileSync(join(import.meta.dirname, file)),
    ),
  )
}
