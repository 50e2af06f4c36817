/**
 * What a request must show before anything is done for it, against other pages in the owner's browser:
 * a Host that is ours (DNS rebinding), and an origin that is this page (cross-site requests; cookies
 * alone do not tell one port of a host from another). Pure.
 */
import { isIP } from 'node:net'

export interface GuardedRequest {
  readonly method: string
  /** All values of each header, as they came. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  /** The address of ours that the connection came in on. */
  readonly localAddress: string
  readonly isEncrypted: boolean
}

/** RFC 9110 §7.2: a name or an address, and perhaps a port. */
const HOST = /^([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

export type Refused = 'HOST_REFUSED' | 'ORIGIN_REFUSED'

/** `hostNames` in lower case. Which port a request names is not looked at: an SSH tunnel changes it. */
export function refusalOf(
  request: GuardedRequest,
  { hostNames, isPart }: { hostNames: readonly string[]; isPart: boolean },
): Refused | undefined {
  const host = only(request.headers.host)
  const name = HOST.exec(host ?? '')?.[1]
  if (host === undefined || name === undefined) return 'HOST_REFUSED'
  if (!isOwnHost(name, request.localAddress, hostNames)) return 'HOST_REFUSED'
  // Opening the page from a bookmark or a link is nobody's attack: what lies open holds no secret.
  return isPart && !isFromPage(request, host) ? 'ORIGIN_REFUSED' : undefined
}

/** An address in place of a name cannot be rebound: it is the one the connection really has. */
function isOwnHost(name: string, localAddress: string, hostNames: readonly string[]): boolean {
  const bare = name.replace(/^\[|\]$/g, '')
  if (isIP(bare) === 0) return hostNames.includes(bare.toLowerCase())
  return bare === localAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}

function isFromPage({ method, headers, isEncrypted }: GuardedRequest, host: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && only(site) !== 'same-origin') return false
  const { origin } = headers
  if (origin !== undefined) {
    return only(origin) === `${isEncrypted ? 'https' : 'http'}://${host}`.toLowerCase()
  }
  // A browser says at least one of them with whatever changes something.
  return method === 'GET' || site !== undefined
}

function only(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined
}
