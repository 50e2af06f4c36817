import type { IncomingMessage } from 'node:http'
import { HttpError } from './problem.ts'

/** Essence and value only; parameters such as `charset` do not matter to us. */
function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/**
 * The body, if it is of this type, not encoded and not longer than it may be. Bodies are never inflated
 * (protocol §9): a few kilobytes that become gigabytes are the oldest trick there is.
 */
export async function readBody(
  request: IncomingMessage,
  expected: { readonly type: string; readonly maxBytes: number },
): Promise<Buffer> {
  if (mediaType(request) !== expected.type) {
    throw new HttpError(415, 'BODY_TYPE_UNSUPPORTED', `Send the body as ${expected.type}`)
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpError(415, 'BODY_ENCODING_UNSUPPORTED', 'Send the body without content encoding')
  }
  const tooLarge = () => new HttpError(413, 'BODY_TOO_LARGE', 'The request body is too large')
  if (Number(request.headers['content-length'] ?? 0) > expected.maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop destroys the request, and with it the connection: the sender lied.
    if (length > expected.maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
