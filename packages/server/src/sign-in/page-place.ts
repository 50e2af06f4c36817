/**
 * Where people open the pages, which passkeys are bound to: by a proxy on this machine or by our own TLS under one name,
 * or without TLS on this machine alone, where a tunnel may change the port.
 */
import type { IncomingMessage } from 'node:http'
import type { RelyingParty } from './passkey-ceremony.ts'

export type PagePlace =
  | { readonly kind: 'proxy' | 'tls'; readonly origin: string }
  | { readonly kind: 'thisMachine' }

/** WebAuthn knows no addresses, and of what has no TLS only this name. */
const THIS_MACHINE = 'localhost'

export function partyOf(place: PagePlace, request: IncomingMessage): RelyingParty {
  if (place.kind !== 'thisMachine') {
    return { id: new URL(place.origin).hostname, origin: place.origin }
  }
  const port = /:(\d{1,5})$/.exec(request.headers.host ?? '')?.[1]
  const origin = `http://${THIS_MACHINE}${port === undefined ? '' : `:${port}`}`
  return { id: THIS_MACHINE, origin }
}

/** The same page where passkeys work and cookies stay; undefined for a request that came there. */
export function betterAddress(
  place: PagePlace,
  { origin }: RelyingParty,
  request: IncomingMessage,
): string | undefined {
  // What a proxy writes into Host is its own business.
  if (place.kind === 'proxy') return undefined
  const { host } = new URL(origin)
  const asked = (request.headers.host ?? '').toLowerCase()
  return asked === host ? undefined : `${origin}${request.url ?? '/'}`
}
