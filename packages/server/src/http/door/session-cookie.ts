/**
 * The cookie of a session. `__Host-` binds it to exactly this host over TLS (RFC 6265bis §4.1.3.2); over plain
 * HTTP, which exists on loopback only, browsers refuse that prefix. No page's script can read it, and no other
 * site's request carries it.
 */
import type { IncomingMessage } from 'node:http'

export interface CookieForm {
  /** Whether people reach the API over TLS. */
  readonly isSecure: boolean
}

const nameOf = ({ isSecure }: CookieForm) =>
  isSecure ? '__Host-fleetward-session' : 'fleetward-session'

/** A value for Set-Cookie. It ends with the browser: how long it counts is the server's to say. */
export function sessionCookie(secret: string, form: CookieForm): string {
  return `${nameOf(form)}=${secret}; ${attributes(form)}`
}

export function endedSessionCookie(form: CookieForm): string {
  return `${nameOf(form)}=; Max-Age=0; ${attributes(form)}`
}

/** Undefined when there is none, or two: somebody put one of them there. */
export function sessionSecretOf(request: IncomingMessage, form: CookieForm): string | undefined {
  const name = nameOf(form)
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([key]) => key === name)
  const [only, ...others] = values
  return others.length > 0 ? undefined : only?.[1]
}

function attributes({ isSecure }: CookieForm): string {
  return `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}
