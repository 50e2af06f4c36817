/** Somebody who takes webhooks: a real HTTPS server that verifies signatures as receivers' libraries do. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { PemPair } from '../../../../test/support/test-certificates.ts'

export interface Received {
  readonly id: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly event: { readonly type: string; readonly product?: string; readonly data: unknown }
}

export class WebhookReceiver {
  readonly received: Received[] = []
  /** What it answers; the default takes everything. */
  answer: (response: ServerResponse, received: Received) => void = (response) => {
    response.writeHead(204).end()
  }
  connections = 0
  readonly #server: Server

  constructor({ certificate, key }: PemPair) {
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      this.#take(request, response).catch(() => response.destroy())
    })
    this.#server.on('secureConnection', () => {
      this.connections += 1
    })
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** A path of its own for each subscriber. */
  url(path = '/hook'): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}${path}`
  }

  of(path: string): readonly Received[] {
    return this.received.filter((each) => each.path === path)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const received: Received = {
      id: String(request.headers['webhook-id']),
      ...{ path: request.url ?? '', headers: request.headers, body, event: JSON.parse(body) },
    }
    this.received.push(received)
    this.answer(response, received)
  }
}

/** Standard Webhooks 1.0.0: any of the signatures has to fit, and the attempt must not be old. */
export function verifies({ headers, body }: Received, secret: string, now: number): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  if (Math.abs(now - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const [version, text = ''] = signature.split(',', 2)
      const given = Buffer.from(text, 'base64')
      return version === 'v1' && given.length === 32 && timingSafeEqual(given, expected)
    })
}
