import type { IncomingMessage } from 'node:http'
import { HttpError } from './problem.ts'

const FIRST_BYTES = 4 * 1024

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
  return readBytes(request, expected.maxBytes)
}

/** The body as it is, not longer than it may be. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new HttpError(413, 'BODY_TOO_LARGE', 'The request body is too large')
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  // Not a list of pieces: of single bytes each would cost two hundred.
  let body = Buffer.alloc(Math.min(maxBytes, FIRST_BYTES))
  let length = 0
  // Not destroyed half-way: a body that goes on without end is answered before its connection is closed.
  const pieces = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]()
  for (;;) {
    const { done, value: chunk } = await pieces.next().catch(cutOff)
    if (done === true) return body.subarray(0, length)
    if (length + chunk.length > maxBytes) {
      await pieces.return?.()
      throw tooLarge()
    }
    if (length + chunk.length > body.length) {
      const more = Buffer.alloc(Math.min(maxBytes, 2 * (length + chunk.length)))
      body.copy(more, 0, 0, length)
      body = more
    }
    length += chunk.copy(body, length)
  }
}

function cutOff(cause: unknown): never {
  throw new HttpError(400, 'BODY_INVALID', 'The request was cut off', { cause })
}
