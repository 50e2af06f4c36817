import type { IncomingMessage } from 'node:http'

/** The token of `Authorization: Bearer <token>`, RFC 6750 §2.1. */
export function bearerOf(request: IncomingMessage): string | undefined {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || rest.length > 0 || token === '') return undefined
  return token
}
