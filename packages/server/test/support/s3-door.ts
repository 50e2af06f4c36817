/**
 * The door of an S3-compatible server, which checks what s3rver leaves unchecked, as the real ones do: the signature of
 * each request and link by a second implementation of it, that the body is the signed one, and that nobody comes
 * in without. It can also fail in the ways in which networks and stores fail.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsV4Signer } from 'aws4fetch'
import type { Ending } from './edge-under-test.ts'
import { KEY, type S3Server } from './s3-server.ts'

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

interface Asked {
  readonly method: string
  readonly path: string
}

export class S3Door {
  readonly requests: Asked[] = []
  /** Statuses with which the next requests of a method are answered instead. */
  readonly refuse: { method: string; status: number }[] = []
  /** After how many bytes the next answer's body is cut off. */
  cutNextBodyAfter: number | undefined
  /** Whether the answer to the next request is lost, after the server has done what it was asked. */
  loseNextAnswer: ((asked: Asked) => boolean) | undefined
  readonly #server: Server
  readonly #port: number

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
    server.on('request', (incoming, response) => {
      this.#take(incoming, response).catch(() => response.destroy())
    })
  }

  static async before(t: Ending, { port }: S3Server): Promise<S3Door> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return new S3Door(server, port)
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = incoming
    const asked = { method, path }
    this.requests.push(asked)
    const blocks: Buffer[] = []
    for await (const block of incoming as AsyncIterable<Buffer>) blocks.push(block)
    const body = Buffer.concat(blocks)
    const refusal = this.refuse[0]
    if (refusal?.method === method) {
      this.refuse.shift()
      return refuse(response, refusal.status, 'SlowDown')
    }
    const mistake = await this.#mistakeIn(incoming, body)
    if (mistake !== undefined) return refuse(response, 403, mistake)
    const outgoing = request(
      { host: '127.0.0.1', port: this.#port, method, path, headers: incoming.headers },
      (answer) => void this.#passOn(answer, response, asked).catch(() => response.destroy()),
    )
    outgoing.on('error', () => response.destroy())
    outgoing.end(body)
  }

  async #mistakeIn(incoming: IncomingMessage, body: Buffer): Promise<string | undefined> {
    const url = new URL(incoming.url ?? '', this.endpoint)
    if (url.searchParams.has('X-Amz-Signature')) return mistakeInLink(url)
    const [, accessKeyId, region, names = '', signature] =
      SIGNED.exec(incoming.headers.authorization ?? '') ?? []
    if (accessKeyId === undefined || region === undefined) return 'AccessDenied'
    if (accessKeyId !== KEY) return 'InvalidAccessKeyId'
    const { 'x-amz-date': datetime, 'x-amz-content-sha256': digest } = incoming.headers
    if (digest !== createHash('sha256').update(body).digest('hex')) {
      return 'XAmzContentSHA256Mismatch'
    }
    const signed = names.split(';').filter((name) => name !== 'host')
    const again = new AwsV4Signer({
      ...{ url: url.href, method: incoming.method ?? '', region, service: 's3', allHeaders: true },
      headers: Object.fromEntries(signed.map((name) => [name, String(incoming.headers[name])])),
      ...{ accessKeyId: KEY, secretAccessKey: KEY, datetime: String(datetime) },
    })
    const expected = (await again.sign()).headers.get('authorization')
    return expected?.endsWith(`Signature=${signature}`) ? undefined : 'SignatureDoesNotMatch'
  }

  async #passOn(answer: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    if (this.loseNextAnswer?.(asked) === true) {
      this.loseNextAnswer = undefined
      answer.resume()
      response.destroy()
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    const limit = this.cutNextBodyAfter
    if (limit === undefined || asked.method !== 'GET') {
      answer.pipe(response)
      return
    }
    this.cutNextBodyAfter = undefined
    let passed = 0
    for await (const block of answer as AsyncIterable<Buffer>) {
      await new Promise((resolve) => response.write(block.subarray(0, limit - passed), resolve))
      passed += block.length
      if (passed >= limit) break
    }
    response.destroy()
  }
}

async function mistakeInLink(url: URL): Promise<string | undefined> {
  const parameter = (name: string) => url.searchParams.get(`X-Amz-${name}`) ?? ''
  const [accessKeyId, , region = ''] = parameter('Credential').split('/')
  if (accessKeyId !== KEY) return 'InvalidAccessKeyId'
  const datetime = parameter('Date')
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(datetime) ?? []
  const madeAt = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
  if (!(Date.now() < madeAt + Number(parameter('Expires')) * 1000)) return 'AccessDenied'
  const bare = new URL(url.pathname, url)
  bare.searchParams.set('X-Amz-Expires', parameter('Expires'))
  const again = new AwsV4Signer({
    ...{ url: bare.href, method: 'GET', region, service: 's3', signQuery: true },
    ...{ accessKeyId: KEY, secretAccessKey: KEY, datetime },
  })
  const expected = (await again.sign()).url.searchParams.get('X-Amz-Signature')
  return expected === parameter('Signature') ? undefined : 'SignatureDoesNotMatch'
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
}
