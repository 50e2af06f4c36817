/**
 * Sends a stored file that is named by its digest: ranges, validators, caching for ever, and a stream that reads
 * into the same two buffers from beginning to end, one being filled while the other is on its way. That takes about
 * half the processor time of a default file stream, and memory is bounded by the number of downloads.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpError } from '../http/problem.ts'
import type { ArtifactReading, StoredArtifact } from '../ports.ts'
import { type ByteRange, rangeOf } from './byte-range.ts'

const BUFFER_BYTES = 256 * 1024
/** Buffers kept for the next download. */
const IDLE_BUFFERS_MAX_COUNT = 32

/** What one listener serves at once; every download takes two buffers. */
export interface DownloadLimits {
  readonly inAllMax: number
  /** Per device or address: whoever takes downloads and reads none must not be able to hold them all. */
  readonly perPeerMax: number
}

/** 128 MiB in all. A device asks for one artifact at a time; after a broken line an old one lingers. */
export const DEVICE_DOWNLOADS: DownloadLimits = { inAllMax: 256, perPeerMax: 4 }
/** 64 MiB in all. Chunk lists and SBOMs; a factory or a carrier's network is one address. */
export const PUBLIC_DOWNLOADS: DownloadLimits = { inAllMax: 128, perPeerMax: 32 }

export class FileResponses {
  readonly #idle: Buffer[] = []
  readonly #limits: DownloadLimits
  readonly #downloads = new Map<string, number>()
  #inAll = 0

  constructor(limits: DownloadLimits) {
    this.#limits = limits
  }

  /** `peer`: who is served, the device or its address; undefined: nobody knows, and only all together are counted. */
  async send(
    request: IncomingMessage,
    response: ServerResponse,
    peer: string | undefined,
    file: StoredArtifact & { readonly sha256: string; readonly cacheControl: string },
  ): Promise<void> {
    const etag = `"${file.sha256}"`
    response.setHeader('ETag', etag)
    response.setHeader('Cache-Control', file.cacheControl)
    response.setHeader('Accept-Ranges', 'bytes')
    if (isListed(request.headers['if-none-match'], etag)) {
      response.writeHead(304).end()
      return
    }
    // RFC 9110 §13.1.5: with another version in hand, the device needs the whole of this one.
    const ifRange = request.headers['if-range']
    const asked = ifRange === undefined || ifRange === etag ? request.headers.range : undefined
    const range = rangeOf(asked, file.length)
    if (range === 'unsatisfiable') {
      response.setHeader('Content-Range', `bytes */${file.length}`)
      throw new HttpError(416, 'RANGE_NOT_SATISFIABLE', 'The file ends before this range begins')
    }
    const { first, last } = range === 'whole' ? { first: 0, last: file.length - 1 } : range
    const head = () => {
      response.setHeader('Content-Type', 'application/octet-stream')
      response.setHeader('Content-Length', last - first + 1)
      if (range !== 'whole') {
        response.setHeader('Content-Range', `bytes ${first}-${last}/${file.length}`)
      }
      response.writeHead(range === 'whole' ? 200 : 206)
    }
    if (request.method === 'HEAD' || file.length === 0) {
      head()
      response.end()
      return
    }
    await this.#download(response, peer, file, { first, last }, head)
  }

  async #download(
    response: ServerResponse,
    peer: string | undefined,
    file: StoredArtifact,
    range: ByteRange,
    head: () => void,
  ): Promise<void> {
    const ofPeer = peer === undefined ? 0 : (this.#downloads.get(peer) ?? 0)
    if (this.#inAll >= this.#limits.inAllMax || ofPeer >= this.#limits.perPeerMax) {
      response.setHeader('Retry-After', 30)
      throw new HttpError(503, 'DOWNLOADS_EXCEEDED', 'Too many downloads at once; try again later')
    }
    this.#inAll += 1
    if (peer !== undefined) this.#downloads.set(peer, ofPeer + 1)
    const buffers = [this.#buffer(), this.#buffer()] as const
    try {
      const reading = await file.read(range.first, range.last)
      try {
        head()
        await stream(reading, range, response, buffers)
      } finally {
        await reading.close()
      }
      if (this.#idle.length < IDLE_BUFFERS_MAX_COUNT) this.#idle.push(...buffers)
      // After a failure the buffers may still be on their way out: they are left to the collector.
    } finally {
      this.#inAll -= 1
      if (peer !== undefined) this.#left(peer)
    }
  }

  #left(peer: string): void {
    const left = (this.#downloads.get(peer) ?? 1) - 1
    if (left === 0) this.#downloads.delete(peer)
    else this.#downloads.set(peer, left)
  }

  #buffer(): Buffer {
    // Its own memory, not a slice of the pool that small buffers share.
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
  }
}

async function stream(
  reading: ArtifactReading,
  { first, last }: ByteRange,
  response: ServerResponse,
  buffers: readonly [Buffer, Buffer],
): Promise<void> {
  const { promise: closed, reject } = Promise.withResolvers<never>()
  closed.catch(() => {})
  const onClose = () => reject(new Error('The connection was closed'))
  response.once('close', onClose)
  try {
    const sent: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()]
    let turn: 0 | 1 = 0
    for (let at = first; at <= last; ) {
      // Not before the kernel has taken what was in it: that is the back pressure too.
      await Promise.race([sent[turn], closed])
      const buffer = buffers[turn]
      const bytesRead = await reading.read(buffer)
      if (bytesRead === 0) throw new Error('A stored file is shorter than its record')
      sent[turn] = write(response, buffer.subarray(0, bytesRead))
      at += bytesRead
      turn = turn === 0 ? 1 : 0
    }
    await Promise.race([Promise.all(sent), closed])
    response.off('close', onClose)
    response.end()
  } finally {
    response.off('close', onClose)
  }
}

function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
  // Awaited one turn later; a failure before that is not unhandled.
  written.catch(() => {})
  return written
}

function isListed(field: string | undefined, etag: string): boolean {
  if (field === undefined) return false
  // RFC 9110 §13.1.2: weak comparison.
  const listed = field.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return listed.includes('*') || listed.includes(etag)
}
