/** The bytes of an object as they come; a connection that breaks is made again where it broke. */
import type { IncomingMessage } from 'node:http'
import type { ArtifactReading } from '../../ports.ts'
import type { S3Connection } from './s3-connection.ts'
import { S3Unreachable } from './s3-error.ts'

/** Breaks in a row without a byte in between. */
const BREAKS_MAX_COUNT = 5

export async function readObject(
  connection: S3Connection,
  key: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<ArtifactReading> {
  let at = first
  let breaks = 0
  const open = async () => {
    const headers = { range: `bytes=${at}-${last}` }
    const response = await connection.open({ method: 'GET', key, headers })
    const announced = Number(response.headers['content-length'])
    // RFC 9110 §14.2: a server may ignore the range and send everything.
    const skip = response.statusCode === 206 ? 0 : at
    if (announced - skip < last - at + 1) {
      response.destroy()
      throw new S3Unreachable(connection.host, `it announced ${announced} bytes, which is too few`)
    }
    return blocksOf(response, skip)
  }
  let blocks = await open()
  let rest: Buffer = Buffer.alloc(0)

  const more = async (): Promise<void> => {
    try {
      const { value, done } = await blocks.next()
      if (done !== true) {
        rest = value
        breaks = 0
        return
      }
      throw new S3Unreachable(connection.host, 'it ended too early')
    } catch (error) {
      breaks += 1
      if (breaks > BREAKS_MAX_COUNT) throw error
      blocks = await open()
    }
  }

  return {
    read: async (buffer) => {
      if (at > last) return 0
      while (rest.length === 0) await more()
      const count = rest.copy(buffer, 0, 0, Math.min(buffer.length, last - at + 1))
      rest = rest.subarray(count)
      at += count
      return count
    },
    close: async () => {
      await blocks.return(undefined)
    },
  }
}

/** Ends the connection when its reader does. */
async function* blocksOf(response: IncomingMessage, skip: number): AsyncGenerator<Buffer> {
  let left = skip
  for await (const block of response as AsyncIterable<Buffer>) {
    const kept = block.subarray(Math.min(left, block.length))
    left -= block.length - kept.length
    yield kept
  }
}
