/**
 * Where a request comes from. With an `operatorUrl` of https a proxy on this machine ends TLS before the API, which
 * listens on loopback only; then the address is what that proxy wrote last into X-Forwarded-For. What a client wrote
 * there itself stands further left and is not believed.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'

const addresses = new WeakMap<IncomingMessage, string>()

export function addressOf(request: IncomingMessage): string | undefined {
  return addresses.get(request) ?? request.socket.remoteAddress
}

export const believeProxy: RequestHandler = (request, _response, next) => {
  const last = request.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  if (isIP(last) !== 0) addresses.set(request, last)
  next()
}
