/**
 * Where people open the pages, which passkeys are bound to: by a proxy on this machine or by our own TLS under one name,
 * or without TLS on this machine alone, where a tunnel may change the port.
 */
import type { IncomingMessage } from 'node:http'
import type { Settings } from '../settings.ts'
import type { RelyingParty } from './passkeys/passkey-ceremony.ts'

export interface PagePlace {
  readonly kind: 'proxy' | 'tls' | 'thisMachine'
  /** Once the port is open. */
  origin(): string
}

/** WebAuthn knows no addresses, and of what has no TLS only this name. */
const THIS_MACHINE = 'localhost'

export function pagePlaceOf(
  { listen, operatorUrl, host }: Pick<Settings, 'listen' | 'operatorUrl' | 'host'>,
  port: () => number,
): PagePlace {
  const [first = THIS_MACHINE] = host
  const name = first.includes(':') ? `[${first}]` : first
  if (listen.operatorTls !== undefined) {
    return { kind: 'tls', origin: () => operatorUrl ?? new URL(`https://${name}:${port()}`).origin }
  }
  if (operatorUrl !== undefined) return { kind: 'proxy', origin: () => operatorUrl }
  return { kind: 'thisMachine', origin: () => `http://${THIS_MACHINE}:${port()}` }
}

export function partyOf(place: PagePlace, request: IncomingMessage): RelyingParty {
  if (place.kind !== 'thisMachine') {
    const origin = place.origin()
    return { id: new URL(origin).hostname, origin }
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
