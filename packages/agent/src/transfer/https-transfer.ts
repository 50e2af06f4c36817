/**
 * Brings a release's artifact to the device's disk over HTTPS (protocol §4.3, §9.2): the signed chunk
 * list first, then the bytes, with a range that begins after what is already there and still right.
 * What the server says about the bytes is checked for agreement, never believed.
 */

import type { IncomingMessage } from 'node:http'
import { removeDurably } from '@fleetward/platform'
import {
  CHUNK_LIST_LENGTH_MAX_BYTES,
  parseChunkList,
  TransferError,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { BodyReader, HttpsClient, HttpsRequest } from '../connection/https-client.ts'
import type { Transfer } from '../ports.ts'
import type { ArtifactLinks } from './artifact-links.ts'
import { BandwidthLimit } from './bandwidth-limit.ts'
import { ChunkIntake } from './chunk-intake.ts'
import { freeDeadBuffers } from './dead-buffers.ts'
import { type Chunks, PartialArtifact, type VerifiedBeginning } from './partial-artifact.ts'

const FREE_BUFFERS_EVERY_BYTES = 4 * 1024 * 1024

export interface HttpsTransferOptions {
  readonly client: HttpsClient
  /** The device listener, `https://host:8443`. */
  readonly server: string | URL
  /** Of the agent's alone; it holds one artifact at a time. */
  readonly folder: string
  /** A target file fetched and verified: trusted metadata lists exactly this path and digest. */
  readonly fetchTarget: (path: string, sha256: string, maxBytes: number) => Promise<Uint8Array>
  readonly bandwidthLimitBytesPerSecond?: number | undefined
  /** Where the server may send the device for the bytes. */
  readonly links?: ArtifactLinks | undefined
}

export class HttpsTransfer implements Transfer {
  readonly #options: HttpsTransferOptions
  /** One for all downloads: each of many that are cut off would have a burst of its own. */
  readonly #limit: BandwidthLimit | undefined

  constructor(options: HttpsTransferOptions) {
    this.#options = options
    const { bandwidthLimitBytesPerSecond: limit } = options
    this.#limit = limit === undefined ? undefined : new BandwidthLimit(limit)
  }

  async fetch(
    release: VerifiedRelease,
    options: { signal: AbortSignal; onProgress(verifiedBytes: number): void },
  ): Promise<void> {
    const { path, sha256 } = release.chunks
    const list = await this.#options.fetchTarget(path, sha256, CHUNK_LIST_LENGTH_MAX_BYTES)
    const chunks = parseChunkList(list, release)
    options.signal.throwIfAborted()

    const file = await PartialArtifact.open(this.#options.folder, release.sha256)
    try {
      const beginning = await file.verifyBeginning(chunks, options.signal)
      options.onProgress(beginning.length)
      await file.requireSpace(chunks.length - beginning.length)
      await this.#fetchRest(release, chunks, beginning, file, options)
      await file.finish()
    } finally {
      await file.close()
    }
  }

  async discard(): Promise<void> {
    await removeDurably(this.#options.folder)
  }

  async #fetchRest(
    release: VerifiedRelease,
    chunks: Chunks,
    beginning: VerifiedBeginning,
    file: PartialArtifact,
    { signal, onProgress }: { signal: AbortSignal; onProgress(verifiedBytes: number): void },
  ): Promise<void> {
    let written = beginning.length
    const intake = new ChunkIntake(chunks, beginning, async (chunk, position) => {
      await file.write(chunk, position)
      written += chunk.length
      onProgress(written)
    })
    try {
      if (beginning.length < chunks.length) {
        await this.#receive(release.sha256, chunks.length, beginning.length, intake, signal)
      }
      await intake.finish(release.sha256)
    } finally {
      await intake.settle()
    }
  }

  async #receive(
    sha256: string,
    length: number,
    from: number,
    intake: ChunkIntake,
    signal: AbortSignal,
  ): Promise<void> {
    const pace = this.#pace(signal)
    let sinceFreed = 0
    const range: Readonly<Record<string, string>> = from === 0 ? {} : { range: `bytes=${from}-` }
    const request = { signal, expectedStatus: from === 0 ? 200 : 206 }
    const reader: BodyReader = {
      head: (response) => requireAnnounced(response, from, length),
      block: (block) => {
        sinceFreed += block.length
        if (sinceFreed >= FREE_BUFFERS_EVERY_BYTES) {
          sinceFreed = 0
          freeDeadBuffers()
        }
        const busy = intake.take(block)
        const wait = pace?.(block.length)
        return busy === undefined || wait === undefined ? (busy ?? wait) : busy.then(() => wait)
      },
    }
    const { client, links, server } = this.#options
    const location = Promise.withResolvers<string | undefined>()
    await client.receive(
      new URL(`/artifacts/${sha256}`, server),
      {
        ...{ ...request, headers: { ...range, ...links?.header } },
        ...(links === undefined ? {} : { takeLocation: location.resolve }),
      },
      reader,
    )
    location.resolve(undefined)
    const link = await location.promise
    if (link === undefined || links === undefined) return
    await this.#follow(links, link, { ...request, headers: range }, reader)
  }

  async #follow(
    links: ArtifactLinks,
    location: string,
    request: HttpsRequest,
    reader: BodyReader,
  ): Promise<void> {
    const link = links.allowed(location)
    if (link === undefined) {
      throw new TransferError('SERVER_REFUSED', { status: 307, reason: 'a link to elsewhere' })
    }
    try {
      await links.client.receive(link, request, reader)
    } catch (error) {
      links.broken()
      throw error
    }
  }

  #pace(signal: AbortSignal): ((bytes: number) => Promise<void> | undefined) | undefined {
    const limit = this.#limit
    if (limit === undefined) return undefined
    return (bytes) => {
      const delayMs = limit.delayMs(bytes, performance.now())
      return delayMs === 0 ? undefined : wait(delayMs, signal)
    }
  }
}

/** RFC 9110 §14.4: what is announced must be what was asked for, or the bytes are another file's. */
function requireAnnounced(response: IncomingMessage, from: number, length: number): void {
  const announced = response.headers['content-length']
  if (announced !== undefined && announced !== String(length - from)) {
    throw new TrustError('LENGTH_MISMATCH', { expected: length - from, seen: announced })
  }
  if (from === 0) return
  const expected = `bytes ${from}-${length - 1}/${length}`
  const seen = response.headers['content-range'] ?? ''
  if (seen !== expected)
    throw new TrustError('LENGTH_MISMATCH', { expected, seen: seen.slice(0, 80) })
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  // The request itself fails on the signal; the wait only must not outlive it.
  const stop = () => {
    clearTimeout(timer)
    resolve()
  }
  signal.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', stop))
}
