/**
 * Whether a page of this server itself sent a request. SameSite cookies keep other sites out already; this keeps out
 * who shares the site but not the origin, and browsers that know no SameSite.
 */
import type { IncomingMessage } from 'node:http'
import { HttpError } from '../problem.ts'

/** Our pages send it with every change. Forms cannot, and scripts of other origins must ask first. */
export const SAME_ORIGIN_HEADER = 'x-fleetward'
const SAFE_METHODS = ['GET', 'HEAD']

/** `isSecure`: pages of this server come over TLS alone. */
export function requireSameOrigin(request: IncomingMessage, { isSecure = false } = {}): void {
  if (!isOwnPage(request, isSecure)) throw originRefused('Only pages of this server may do this')
  if (SAFE_METHODS.includes(request.method ?? '')) return
  if (request.headers[SAME_ORIGIN_HEADER] === undefined) {
    throw originRefused('Send the header X-Fleetward: 1 with every change')
  }
}

/** The Host has been checked before, so it is one of ours. */
function isOwnPage({ headers, method }: IncomingMessage, isSecure: boolean): boolean {
  const site = headers['sec-fetch-site']
  const isSafe = SAFE_METHODS.includes(method ?? '')
  if (site !== undefined && site !== 'same-origin' && !(isSafe && site === 'none')) return false
  const { origin, host } = headers
  if (origin !== undefined) {
    const from = URL.parse(origin)
    return from?.host === host && (!isSecure || from?.protocol === 'https:')
  }
  // A browser that says neither is too old to be let change anything.
  return isSafe || site === 'same-origin'
}

function originRefused(message: string): HttpError {
  return new HttpError(403, 'ORIGIN_REFUSED', message)
}
