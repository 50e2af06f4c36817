/**
 * The way between a device and its server, which breaks off, answers with 503, resumes elsewhere in the
 * file, or is gone for days. In the place of HTTPS and MQTT, which have their own tests.
 */
import type { IncomingMessage } from 'node:http'
import { TransferError, TrustError } from '@fleetward/shared'
import type {
  BodyReader,
  HttpsRequest,
} from '../../../packages/agent/src/connection/https-client.ts'
import { never } from '../simulated-disk/simulated-disk.ts'
import type { StepVerdict } from './faults.ts'
import type { SimulatedServer } from './simulated-server.ts'

/** Some blocks to a chunk, so that a connection ends in the middle of one. */
const BLOCK_BYTES = 24 * 1024

/** Asked before every exchange. */
export type OnExchange = (name: string) => Promise<StepVerdict | undefined>

export class SimulatedNetwork {
  readonly #server: SimulatedServer
  readonly #onExchange: OnExchange

  constructor(server: SimulatedServer, onExchange: OnExchange) {
    this.#server = server
    this.#onExchange = onExchange
  }

  /** In the place of an HTTPS client. */
  async receive(url: URL, request: HttpsRequest, reader: BodyReader): Promise<void> {
    const sha256 = url.pathname.split('/').at(-1) ?? ''
    const bytes = this.#server.artifact(sha256)
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers?.range ?? '')?.[1] ?? 0)
    const verdict = await this.#exchange(`artifact from ${from}`)
    const headers = {
      'content-length': String(bytes.length - from),
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    }
    reader.head?.({ headers } as unknown as IncomingMessage)
    const shiftedBy = verdict?.what === 'elsewhere' ? BLOCK_BYTES : 0
    for (let at = from; at < bytes.length; at += BLOCK_BYTES) {
      const wrong = at > from ? await this.#exchange(`artifact at ${at}`) : undefined
      const begin = wrong?.what === 'elsewhere' ? 0 : (at + shiftedBy) % bytes.length
      request.signal?.throwIfAborted()
      const length = Math.min(BLOCK_BYTES, bytes.length - at)
      const doubled = Buffer.concat([bytes, bytes])
      await reader.block(Buffer.from(doubled.subarray(begin, begin + length)))
    }
  }

  async fetchMetadata(path: string, maxBytes: number): Promise<Uint8Array> {
    const verdict = await this.#exchange(`metadata ${path}`)
    return this.#answer(this.#server.metadata(path), verdict, path, maxBytes)
  }

  async fetchTarget(path: string, maxBytes: number): Promise<Uint8Array> {
    const verdict = await this.#exchange(`target ${path}`)
    return this.#answer(this.#server.target(path), verdict, path, maxBytes)
  }

  async report(token: string): Promise<void> {
    const verdict = await this.#onExchange('report')
    if (verdict?.what === 'end') {
      // The server heard it, the device never learns of it.
      if (verdict.inside) this.#server.report(token)
      return never()
    }
    refuse(verdict)
    if (verdict?.what === 'unheard') throw new TransferError('SERVER_UNREACHABLE')
    this.#server.report(token)
    if (verdict?.what === 'elsewhere') throw new TransferError('SERVER_UNREACHABLE')
  }

  async #exchange(name: string): Promise<StepVerdict | undefined> {
    const verdict = await this.#onExchange(name)
    if (verdict?.what === 'end') return never()
    refuse(verdict)
    return verdict
  }

  #answer(
    bytes: Uint8Array,
    verdict: StepVerdict | undefined,
    path: string,
    maxBytes: number,
  ): Uint8Array {
    if (bytes.length > maxBytes) throw new TrustError('LENGTH_EXCEEDED', { path })
    return verdict?.what === 'elsewhere' ? bytes.subarray(bytes.length >> 1) : bytes
  }
}

function refuse(verdict: StepVerdict | undefined): void {
  if (verdict?.what === 'lost' || verdict?.what === 'away') {
    throw new TransferError('SERVER_UNREACHABLE', { reason: 'the connection broke off' })
  }
  if (verdict?.what === '503') throw new TransferError('SERVER_REFUSED', { status: 503 })
}
