/** What a body claims to be is checked before it is read. */
import type { RequestHandler } from 'express'
import { HttpError } from './problem.ts'

/** 415 for another type, and for any content encoding: bodies are never inflated (protocol §9). */
export function requireContentType(...types: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const encoding = request.get('content-encoding')
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      throw new HttpError(
        415,
        'BODY_ENCODING_UNSUPPORTED',
        'Send the body without content encoding',
      )
    }
    const type = (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (types.includes(type)) return next()
    throw new HttpError(415, 'BODY_TYPE_UNSUPPORTED', `Send the body as ${types.join(' or ')}`, {
      facts: { seen: type.slice(0, 100) },
    })
  }
}
