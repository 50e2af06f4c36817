/** Who stands before the door: all that is known of somebody who has not signed in. */
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { addressOf } from '../http/address.ts'
import type { CookieForm } from '../http/door/session-cookie.ts'

export interface Visitor {
  /** Digest of what the browser's cookie holds: 256 bits of chance that the browser alone has. */
  readonly browser: string
  readonly address: string
  readonly userAgent: string | undefined
}

const SECRET = /^[A-Za-z0-9_-]{43}$/
/** As long as browsers keep one (RFC 6265bis §5.5). */
const KEPT_SECONDS = 400 * 86_400

const nameOf = ({ isSecure }: CookieForm) =>
  isSecure ? '__Host-fleetward-browser' : 'fleetward-browser'

/** Undefined when the browser has no cookie of ours, or two. */
export function visitorOf(request: IncomingMessage, form: CookieForm): Visitor | undefined {
  const name = nameOf(form)
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([key]) => key === name)
  const secret = values.length === 1 ? values[0]?.[1] : undefined
  if (secret === undefined || !SECRET.test(secret)) return undefined
  return { ...from(request), browser: digestOf(secret) }
}

/** One whose browser gets a cookie with the answer: `cookie` is for Set-Cookie. */
export function newVisitor(
  request: IncomingMessage,
  form: CookieForm,
): { readonly visitor: Visitor; readonly cookie: string } {
  const secret = randomBytes(32).toString('base64url')
  return {
    visitor: { ...from(request), browser: digestOf(secret) },
    cookie: browserCookie(secret, form),
  }
}

/** A new name for the browser of this visitor: whoever may have planted the old one has it no longer. */
export function renamed(
  visitor: Visitor,
  form: CookieForm,
): { readonly visitor: Visitor; readonly cookie: string } {
  const secret = randomBytes(32).toString('base64url')
  return {
    visitor: { ...visitor, browser: digestOf(secret) },
    cookie: browserCookie(secret, form),
  }
}

/**
 * Lax and not Strict: it has to be there when a company's provider sends somebody back. It proves nothing by itself.
 */
function browserCookie(secret: string, form: CookieForm): string {
  const secure = form.isSecure ? '; Secure' : ''
  return `${nameOf(form)}=${secret}; Path=/; Max-Age=${KEPT_SECONDS}; HttpOnly; SameSite=Lax${secure}`
}

function from(request: IncomingMessage): Omit<Visitor, 'browser'> {
  return {
    address: addressOf(request) ?? '',
    userAgent: request.headers['user-agent'],
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
