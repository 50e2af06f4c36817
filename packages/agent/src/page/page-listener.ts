/**
 * One listening address of the page, with the limits that keep a slow or greedy client from taking
 * the device's memory. An address that is taken does not stop the agent: updates matter more.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { PageIdentity } from './page-identity.ts'

const HEADERS_MAX_BYTES = 8192
const CONNECTIONS_MAX_COUNT = 48
const HEADERS_TIME_LIMIT_MS = 10_000
/** Of a whole request; an import may be large. */
const REQUEST_TIME_LIMIT_MS = 900_000
const IDLE_CONNECTION_MS = 60_000
const KEEP_ALIVE_MS = 5000

export interface PageAddress {
  readonly address: string
  readonly port: number
  /** Without it the page is not encrypted: for the loopback address alone. */
  readonly identity?: PageIdentity
}

export class PageListener {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Rejects when the address cannot be listened on. */
  static async open(at: PageAddress, answer: RequestListener): Promise<PageListener> {
    const { identity } = at
    if (identity === undefined && !isLoopback(at.address)) {
      throw new Error(
        `${at.address} is not this machine alone: the page is encrypted there or not at all`,
      )
    }
    const limits = {
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_TIME_LIMIT_MS,
      requestTimeout: REQUEST_TIME_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    }
    const server =
      identity === undefined
        ? createServer(limits, answer)
        : createTlsServer(
            {
              ...limits,
              key: identity.key,
              cert: identity.cert,
              minVersion: 'TLSv1.3',
              handshakeTimeout: HEADERS_TIME_LIMIT_MS,
            },
            answer,
          )
    server.maxConnections = CONNECTIONS_MAX_COUNT
    server.timeout = IDLE_CONNECTION_MS
    const listening = Promise.withResolvers<void>()
    server.once('error', listening.reject)
    server.listen(at.port, at.address, listening.resolve)
    await listening.promise
    server.off('error', listening.reject)
    // Of a connection that could not be taken: the next one may be.
    server.on('error', () => {})
    return new PageListener(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>()
    this.#server.close(() => closed.resolve())
    this.#server.closeAllConnections()
    await closed.promise
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
}
