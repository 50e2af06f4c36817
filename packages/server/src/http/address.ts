/**
 * Where a request comes from. With an `operatorUrl` of https a proxy on this machine ends TLS before the API, which
 * listens on loopback only; then the address is what that proxy wrote last into X-Forwarded-For. What a client wrote
 * there itself stands further left and is not believed.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'

const addresses = new WeakMap<IncomingMessage, string | undefined>()

/** Undefined: it came through a proxy that does not say for whom it asks (public-proxies.ts). */
export function addressOf(request: IncomingMessage): string | undefined {
  return addresses.has(request) ? addresses.get(request) : request.socket.remoteAddress
}

/** What a proxy said that the settings name. */
export function believeAddress(request: IncomingMessage, address: string | undefined): void {
  addresses.set(request, address)
}

/** This machine itself, or a proxy on it. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

export const believeProxy: RequestHandler = (request, _response, next) => {
  const last = request.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  if (isIP(last) !== 0) believeAddress(request, last)
  next()
}
