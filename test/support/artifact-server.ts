/** The device listener's `/artifacts/{sha256}`, with the faults of a network and of an attacker as data. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { PemPair } from './test-certificates.ts'

export interface Fault {
  /** Closes the connection after so many bytes of the body. */
  readonly cutAfter?: number
  /** Sends other bytes from this position of the artifact on. */
  readonly changeAt?: number
  /** Goes on after the end; the length is not announced. */
  readonly endless?: boolean
  /** One byte each so many milliseconds. */
  readonly dripMs?: number
  /** Sends this many bytes, then nothing. */
  readonly stallAfter?: number
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sends everything from the beginning, whatever was asked for. */
  readonly ignoreRange?: boolean
}

export class ArtifactServer {
  /** For the next request; each request takes one, the last one stays. */
  faults: Fault[] = []
  /** `range` header of each request, in order. */
  readonly ranges: (string | undefined)[] = []
  readonly #server: Server
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array, { certificate, key }: PemPair, clientCa: string) {
    this.#bytes = bytes
    this.#server = createServer(
      { cert: certificate, key, ca: clientCa, requestCert: true, minVersion: 'TLSv1.3' },
      (request, response) => this.#answer(request, response),
    )
  }

  static async start(bytes: Uint8Array, pair: PemPair, clientCa: string): Promise<ArtifactServer> {
    const server = new ArtifactServer(bytes, pair, clientCa)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.ranges.push(request.headers.range)
    const fault = (this.faults.length > 1 ? this.faults.shift() : this.faults[0]) ?? {}
    const from = fault.ignoreRange
      ? 0
      : Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const length = this.#bytes.length
    const body = Buffer.from(this.#bytes.subarray(from))
    if (fault.changeAt !== undefined) body.fill(0xff, Math.max(0, fault.changeAt - from))

    const isPartial = request.headers.range !== undefined && fault.ignoreRange !== true
    response.writeHead(fault.status ?? (isPartial ? 206 : 200), {
      ...(fault.endless ? {} : { 'content-length': body.length }),
      ...(isPartial ? { 'content-range': `bytes ${from}-${length - 1}/${length}` } : {}),
      ...fault.headers,
    })
    if (fault.endless) flood(response)
    else if (fault.dripMs !== undefined) drip(response, body, fault.dripMs)
    else if (fault.stallAfter !== undefined) response.write(body.subarray(0, fault.stallAfter))
    else if (fault.cutAfter !== undefined) {
      response.write(body.subarray(0, fault.cutAfter), () => response.destroy())
    } else response.end(body)
  }
}

function flood(response: ServerResponse): void {
  const block = Buffer.alloc(256 * 1024, 0x41)
  const more = () => {
    while (!response.destroyed && response.write(block)) {}
  }
  response.on('drain', more)
  more()
}

function drip(response: ServerResponse, body: Buffer, everyMs: number): void {
  let at = 0
  const timer = setInterval(() => {
    if (response.destroyed) clearInterval(timer)
    else response.write(body.subarray(at, ++at))
  }, everyMs)
}
