/**
 * Only requests that name this server reach the operator API. A page on the web can make a browser
 * resolve the page's own name to 127.0.0.1 (DNS rebinding) and then talk to whatever listens there; it
 * cannot make the browser send another Host than the page's.
 */
import type { RequestHandler } from 'express'
import { HttpError } from '../problem.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

export function requireKnownHost(names: readonly string[]): RequestHandler {
  const known = new Set([...LOOPBACK, ...names.map(asInHost)])
  return (request, _response, next) => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d{1,5}$/, '')
    if (known.has(host)) return next()
    throw new HttpError(421, 'HOST_UNKNOWN', 'This server does not go by that name', {
      facts: { seen: host.slice(0, 100) },
    })
  }
}

/** IPv6 addresses stand in brackets in a Host header, RFC 3986 §3.2.2. */
function asInHost(name: string): string {
  const lower = name.toLowerCase()
  return lower.includes(':') && !lower.startsWith('[') ? `[${lower}]` : lower
}
