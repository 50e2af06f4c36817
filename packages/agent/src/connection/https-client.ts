/**
 * HTTPS as the agent speaks it (protocol §9): TLS 1.3, only the factory pack's CA, the answer must
 * have exactly the expected status, and every wait and every length has a bound, because the other
 * side may be an attacker on the path or a server taken over. Redirects are not followed (a caller may ask
 * where one leads), and bytes are never decoded: inflating what a peer chose is how decoders get exploited.
 *
 * What a block of a body means is the caller's business, and whether its hash is right.
 */
import type { IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { TLSSocket } from 'node:tls'
import { parseJson, TransferError, TrustError } from '@fleetward/shared'
import { HTTPS_LIMITS, type HttpsLimits, type Place, placeOf } from './https-limits.ts'
import { RequestWatch } from './request-watch.ts'
import type { HttpProxy } from './tunnel.ts'

/** A refused request's problem details, from which only the code is taken (RFC 9457). */
const PROBLEM_MAX_BYTES = 4096
const PROBLEM_CODE = /^[A-Z][A-Z0-9_]{1,63}$/

export interface ClientIdentity {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

export interface HttpsClientOptions {
  /** PEM; the only roots that count. The system's store is not consulted. */
  readonly ca: string
  /** Asked for at each new connection, so a renewed certificate is used without a restart. */
  readonly identity?: (() => ClientIdentity) | undefined
  readonly limits?: Partial<HttpsLimits> | undefined
  readonly proxy?: HttpProxy | undefined
}

export interface HttpsRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly expectedStatus?: number
  /** Takes the place that a 307 names, in place of a refusal; the answer's body is not read then. */
  readonly takeLocation?: (location: string) => void
  readonly signal?: AbortSignal | undefined
}

export interface BodyReader {
  /** Sees the head before any byte of the body; throwing ends the request with that error. */
  head?(response: IncomingMessage): void
  /** A returned promise pauses the connection until it resolves. Throwing ends the request. */
  block(block: Buffer): Promise<void> | undefined
}

export class HttpsClient {
  readonly #agent: Agent
  readonly #options: HttpsClientOptions
  readonly #limits: HttpsLimits
  #isClosed = false

  constructor(options: HttpsClientOptions) {
    this.#options = options
    this.#limits = { ...HTTPS_LIMITS, ...options.limits }
    this.#agent = new Agent({
      ...{ keepAlive: true, maxSockets: 4, maxCachedSessions: 8 },
      // The settings alone decide; variables of the environment are not looked at.
      ...(options.proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: options.proxy.url } }),
    })
  }

  /** The whole body in memory; at most `maxBytes`, else LENGTH_EXCEEDED. */
  async fetch(
    url: string | URL,
    options: HttpsRequest & { readonly maxBytes: number },
  ): Promise<Buffer> {
    const blocks: Buffer[] = []
    let length = 0
    const take = (bytes: number) => {
      if (bytes > options.maxBytes) {
        throw new TrustError('LENGTH_EXCEEDED', {
          ...placeOf(new URL(url)),
          limit: options.maxBytes,
        })
      }
    }
    const reader: BodyReader = {
      // Refused by its own announcement already, before the endless data is sent.
      head: (response) => take(Number(response.headers['content-length'] ?? 0)),
      block: (block) => {
        length += block.length
        take(length)
        blocks.push(block)
        return undefined
      },
    }
    await this.#exchange(new URL(url), options, reader, this.#limits.totalTimeoutMs)
    return Buffer.concat(blocks, length)
  }

  /** The body block by block, never more than one of them in memory. The caller bounds its length. */
  async receive(url: string | URL, options: HttpsRequest, reader: BodyReader): Promise<void> {
    await this.#exchange(new URL(url), options, reader, undefined)
  }

  /** For good: requests under way are cut off, and later ones fail at once. */
  close(): void {
    this.#isClosed = true
    this.#agent.destroy()
  }

  #exchange(
    url: URL,
    options: HttpsRequest,
    reader: BodyReader,
    totalTimeoutMs: number | undefined,
  ): Promise<void> {
    const place = placeOf(url)
    if (url.protocol !== 'https:') {
      throw new TransferError('SERVER_REFUSED', { ...place, protocol: url.protocol })
    }
    if (this.#isClosed) {
      return Promise.reject(new TransferError('SERVER_UNREACHABLE', { ...place, reason: 'closed' }))
    }
    const expected = options.expectedStatus ?? 200
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const outgoing = request(url, this.#requestOptions(options))
    const watch = new RequestWatch({ ...this.#limits, totalTimeoutMs }, place, fail)

    /** The first reason counts; what the torn connection says afterwards does not. */
    function fail(reason: unknown): void {
      watch.end()
      outgoing.destroy()
      reject(reason)
    }
    const abort = () => fail(options.signal?.reason)
    if (options.signal?.aborted === true) abort()
    options.signal?.addEventListener('abort', abort, { once: true })

    outgoing.on('socket', (socket) => {
      watch.connecting()
      // A connection that was used before, or freed for a request that queued, has had its handshake.
      const isSecured = socket instanceof TLSSocket && socket.authorized
      if (outgoing.reusedSocket || isSecured) watch.connected()
      else socket.once('secureConnect', () => watch.connected())
    })
    outgoing.on('error', (cause) => {
      const stale = outgoing.reusedSocket && !watch.hasResponse && !watch.ended
      if (!stale) return fail(brokenConnection(watch.hasResponse, place, cause))
      // The server closed the kept connection just as we used it. All our requests can be repeated.
      watch.end()
      resolve(this.#exchange(url, options, reader, totalTimeoutMs))
    })
    outgoing.on('response', (response) => {
      watch.responded()
      response.on('error', (cause) => fail(brokenConnection(true, place, cause)))
      const { location } = response.headers
      if (response.statusCode === 307 && location !== undefined && options.takeLocation) {
        watch.end()
        // A body is of no use, and may never end.
        if (response.headers['content-length'] === '0') response.resume()
        else outgoing.destroy()
        options.takeLocation(location)
        resolve()
        return
      }
      if (response.statusCode !== expected) {
        refuse(response, place, expected).then(fail, fail)
        return
      }
      const encoding = response.headers['content-encoding']
      if (encoding !== undefined && encoding !== 'identity') {
        fail(new TransferError('SERVER_REFUSED', { ...place, contentEncoding: encoding }))
        return
      }
      try {
        reader.head?.(response)
      } catch (error) {
        fail(error)
        return
      }
      // A block may still be in the reader's hands when the last byte has arrived.
      let working: Promise<void> | undefined
      response.on('data', (block: Buffer) => {
        watch.received(block.length)
        try {
          const busy = reader.block(block)
          if (busy === undefined) return
          response.pause()
          watch.pause()
          working = busy.then(() => {
            working = undefined
            watch.resume()
            response.resume()
          }, fail)
        } catch (error) {
          fail(error)
        }
      })
      response.on('end', () => {
        watch.end()
        if (working === undefined) resolve()
        else working.then(resolve, fail)
      })
    })
    outgoing.end(options.body)

    return promise.finally(() => options.signal?.removeEventListener('abort', abort))
  }

  #requestOptions(options: HttpsRequest): RequestOptions {
    const identity = this.#options.identity?.()
    return {
      agent: this.#agent,
      method: options.method ?? 'GET',
      headers: { ...options.headers, 'accept-encoding': 'identity' },
      ca: this.#options.ca,
      ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true, // Not left to NODE_TLS_REJECT_UNAUTHORIZED.
      maxHeaderSize: 16 * 1024,
    }
  }
}

function brokenConnection(hadResponse: boolean, place: Place, cause?: unknown): TransferError {
  const facts: Record<string, string> = { ...place }
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code !== undefined) facts.reason = code
  return new TransferError(hadResponse ? 'TRANSFER_CUT_OFF' : 'SERVER_UNREACHABLE', facts, {
    cause,
  })
}

async function refuse(
  response: IncomingMessage,
  place: Place,
  expected: number,
): Promise<TransferError> {
  const status = response.statusCode ?? 0
  const problem = await problemCode(response)
  const facts = { ...place, status, expected, ...(problem === undefined ? {} : { problem }) }
  return new TransferError(status === 404 ? 'NOT_FOUND' : 'SERVER_REFUSED', facts)
}

/** The server's own word for why; undefined when there is none, it is too long or malformed. */
async function problemCode(response: IncomingMessage): Promise<string | undefined> {
  if (!(response.headers['content-type'] ?? '').startsWith('application/problem+json')) {
    return undefined
  }
  try {
    const blocks: Buffer[] = []
    let length = 0
    for await (const block of response as AsyncIterable<Buffer>) {
      blocks.push(block)
      length += block.length
      if (length > PROBLEM_MAX_BYTES) return undefined
    }
    const problem = parseJson(Buffer.concat(blocks), PROBLEM_MAX_BYTES)
    if (problem === null || typeof problem !== 'object' || Array.isArray(problem)) return undefined
    const code = (problem as { readonly code?: unknown }).code
    return typeof code === 'string' && PROBLEM_CODE.test(code) ? code : undefined
  } catch {
    return undefined // The status alone is reason enough; nothing is believed here.
  }
}
