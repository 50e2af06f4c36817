/**
 * Requests to an S3-compatible store over node:https (or node:http on this machine), never fetch: nothing that
 * comes is ever inflated. What fails for the moment is tried again after a while, with jitter; every wait
 * has a bound.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { S3Error, S3Unreachable } from './s3-error.ts'
import {
  type Credentials,
  EMPTY_SHA256,
  encodePath,
  encodeQuery,
  presigned,
  signedHeaders,
} from './signature.ts'

/** Downloads of devices that read slowly hold theirs for long. */
const CONNECTIONS_MAX_COUNT = 512
/** Without a byte in either direction. */
const IDLE_TIMEOUT_MS = 30_000
const TRIES_MAX_COUNT = 5
const FIRST_DELAY_MS = 200
const DELAY_MAX_MS = 5_000
/** Answers that are read in whole: lists and errors. */
const ANSWER_MAX_BYTES = 1024 * 1024

export interface S3Settings {
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyIdFile: string
  readonly secretAccessKeyFile: string
  /** `path`: the bucket stands in the path; `host`: before the host name. */
  readonly addressing: 'path' | 'host'
  readonly caFile?: string | undefined
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** `''` for the bucket itself. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly triesMax?: number
}

export class S3Connection {
  readonly #settings: S3Settings
  readonly #endpoint: URL
  readonly #agent: HttpAgent
  readonly #now: () => Date

  private constructor(settings: S3Settings, ca: Buffer | undefined, now: () => Date) {
    this.#settings = settings
    this.#now = now
    const url = new URL(settings.endpoint)
    if (settings.addressing === 'host') url.host = `${settings.bucket}.${url.host}`
    this.#endpoint = url
    const pool = { keepAlive: true, maxSockets: CONNECTIONS_MAX_COUNT }
    this.#agent =
      url.protocol === 'https:'
        ? new HttpsAgent({ ...pool, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })
        : new HttpAgent(pool)
  }

  static async open(settings: S3Settings, now: () => Date): Promise<S3Connection> {
    const ca = settings.caFile === undefined ? undefined : await readFile(settings.caFile)
    return new S3Connection(settings, ca, now)
  }

  get host(): string {
    return this.#endpoint.host
  }

  /** The whole answer; S3Error or S3Unreachable when there is no good one. */
  async ask(request: S3Request): Promise<{ headers: IncomingMessage['headers']; body: string }> {
    return this.#again(request, async () => {
      const response = await this.#send(request)
      return { headers: response.headers, body: await textOf(response, this.host) }
    })
  }

  /** The answer's head; its body is the caller's to read, and may be cut off. */
  async open(request: S3Request): Promise<IncomingMessage> {
    return this.#again(request, () => this.#send(request))
  }

  /** A URL at which anybody who has it gets the object until it expires. */
  async presign(key: string, lifetimeSeconds: number): Promise<string> {
    const path = presigned({ ...(await this.#toSign('GET', key)), lifetimeSeconds })
    return `${this.#endpoint.protocol}//${this.host}${path}`
  }

  close(): void {
    this.#agent.destroy()
  }

  async #again<Answer>(request: S3Request, once: () => Promise<Answer>): Promise<Answer> {
    const triesMax = request.triesMax ?? TRIES_MAX_COUNT
    for (let tries = 1; ; tries += 1) {
      try {
        return await once()
      } catch (error) {
        const isPassing =
          error instanceof S3Unreachable || (error instanceof S3Error && error.isPassing)
        if (!isPassing || tries >= triesMax) throw error
        const limit = Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
        await sleep(limit * (0.5 + Math.random() / 2))
      }
    }
  }

  async #send(request: S3Request): Promise<IncomingMessage> {
    const { method, key, query = {}, body } = request
    const toSign = await this.#toSign(method, key)
    const payloadSha256 =
      body === undefined ? EMPTY_SHA256 : createHash('sha256').update(body).digest('hex')
    const own = {
      ...request.headers,
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    }
    const headers = {
      ...own,
      ...signedHeaders({ ...toSign, query, headers: own, payloadSha256 }),
    }
    const search = encodeQuery(query)
    const path = `${encodePath(toSign.path)}${search === '' ? '' : `?${search}`}`
    const response = await this.#exchange(method, path, headers, body)
    const { statusCode: status = 0 } = response
    if (status >= 200 && status < 300) return response
    throw new S3Error(status, await textOf(response, this.host))
  }

  #exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const { protocol, hostname, port } = this.#endpoint
    const options = { method, path, headers, agent: this.#agent, hostname, port }
    const outgoing = protocol === 'https:' ? httpsRequest(options) : httpRequest(options)
    outgoing.setTimeout(IDLE_TIMEOUT_MS, () => outgoing.destroy(new Error('it took too long')))
    outgoing.on('error', (cause) => reject(new S3Unreachable(this.host, cause)))
    outgoing.on('response', resolve)
    outgoing.end(body)
    return promise
  }

  /** The keys are read each time: whoever exchanges them need not restart the server. */
  async #toSign(method: string, key: string) {
    const { bucket, region, addressing } = this.#settings
    return {
      ...{
        method,
        region,
        host: this.host,
        now: this.#now(),
        credentials: await this.#credentials(),
      },
      path: addressing === 'path' ? `/${bucket}${key === '' ? '' : `/${key}`}` : `/${key}`,
    }
  }

  async #credentials(): Promise<Credentials> {
    const { accessKeyIdFile, secretAccessKeyFile } = this.#settings
    const [accessKeyId, secretAccessKey] = await Promise.all(
      [accessKeyIdFile, secretAccessKeyFile].map(async (file) =>
        (await readFile(file, 'utf8')).trim(),
      ),
    )
    if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('no keys')
    return { accessKeyId, secretAccessKey }
  }
}

async function textOf(response: IncomingMessage, host: string): Promise<string> {
  const blocks: Buffer[] = []
  let length = 0
  try {
    for await (const block of response as AsyncIterable<Buffer>) {
      length += block.length
      if (length > ANSWER_MAX_BYTES) throw new Error('its answer is too long')
      blocks.push(block)
    }
  } catch (cause) {
    throw new S3Unreachable(host, cause)
  }
  return Buffer.concat(blocks).toString('utf8')
}
