/** One JSON document a line over a socket, in both directions, bounded. */
import type { Socket } from 'node:net'
import { type Json, parseJson, TrustError } from '@fleetward/shared'

/** The longest metadata in base64 (protocol §2.4), and room to spare. */
const LINE_MAX_BYTES = 512 * 1024
const NEWLINE = 0x0a

/** Each line as it comes; TrustError for what is too long or no strict JSON. Ends with the socket. */
export async function* readLines(socket: Socket): AsyncGenerator<Json> {
  let parts: Buffer[] = []
  let length = 0
  for await (const block of socket as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, from)) {
      requireRoom(length + end - from)
      yield parseJson(Buffer.concat([...parts, block.subarray(from, end)]), LINE_MAX_BYTES)
      parts = []
      length = 0
      from = end + 1
    }
    parts.push(block.subarray(from))
    length += block.length - from
    requireRoom(length)
  }
}

/** Resolves once the socket takes more; also when it has ended. */
export async function writeLine(socket: Socket, json: Json): Promise<void> {
  if (socket.destroyed || socket.write(`${JSON.stringify(json)}\n`)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.once('drain', resolve).once('close', resolve)
  await promise
  socket.off('drain', resolve).off('close', resolve)
}

function requireRoom(bytes: number): void {
  if (bytes > LINE_MAX_BYTES) throw new TrustError('LENGTH_EXCEEDED', { limit: LINE_MAX_BYTES })
}
