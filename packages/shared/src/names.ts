/**
 * The names that products, cohorts, rollouts and devices may carry (docs/protocol.md §2.1). They
 * become parts of topics, paths and certificates, so the alphabet is small: no `.`, `/`, `+`, `#`.
 */
import { TrustError } from './errors.ts'

/** Lower case, because products and cohorts appear in URLs and host file systems. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
/** Device ids are often serial numbers, which have capitals. */
const DEVICE_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/

export function isName(text: unknown): text is string {
  return typeof text === 'string' && NAME.test(text)
}

export function isDeviceId(text: unknown): text is string {
  return typeof text === 'string' && DEVICE_ID.test(text)
}

export function requireName(text: unknown, what: string): string {
  if (isName(text)) return text
  throw new TrustError('MANIFEST_INVALID', { field: what, seen: String(text).slice(0, 80) })
}

export function requireDeviceId(text: unknown): string {
  if (isDeviceId(text)) return text
  throw new TrustError('MANIFEST_INVALID', { field: 'device', seen: String(text).slice(0, 80) })
}

/** A device's name in its certificate (SAN) and as `iss` of its reports. */
export function deviceUrn(product: string, device: string): string {
  return `urn:fleetward:${requireName(product, 'product')}:${requireDeviceId(device)}`
}

export function parseDeviceUrn(urn: string): { product: string; device: string } | undefined {
  const [scheme, space, product, device, ...rest] = urn.split(':')
  if (scheme !== 'urn' || space !== 'fleetward' || rest.length > 0) return undefined
  if (!isName(product) || !isDeviceId(device)) return undefined
  return { product, device }
}
