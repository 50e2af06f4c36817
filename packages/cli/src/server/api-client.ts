/**
 * Speaks to the operator API (protocol §11) over node:http and node:https: nothing the other side
 * compresses is ever decoded, nothing is followed elsewhere, answers have a limit.
 */
import { createReadStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream'
import { Refusal } from '../refusal.ts'
import { refusedBy } from './refused-by.ts'

const ANSWER_MAX_BYTES = 16 * 1024 * 1024
/** A silent server is given up on; a slow upload is not. */
const SILENCE_LIMIT_MS = 60_000

export interface ServerAccess {
  readonly url: string
  readonly token: string
  /** PEM; for a server whose certificate no public authority issued. */
  readonly ca?: string
}

interface Exchanged {
  /** Undefined where there was nothing to say. */
  readonly value: unknown
  readonly headers: http.IncomingHttpHeaders
}

export interface FileBody {
  readonly file: string
  readonly length: number
  onProgress?(sentBytes: number): void
}

export class ApiClient {
  readonly #url: URL
  readonly #token: string
  readonly #ca: string | undefined

  constructor({ url, token, ca }: ServerAccess) {
    this.#url = parseServerUrl(url)
    this.#token = token
    this.#ca = ca
  }

  get(path: string): Promise<unknown> {
    return this.#send('GET', path)
  }

  /** All pages of a list. */
  async all(path: string): Promise<unknown[]> {
    const items: unknown[] = []
    let next: string | undefined = path
    while (next !== undefined) {
      const { value, headers } = await this.#exchange('GET', next)
      if (!Array.isArray(value)) throw refusedBy(200, value)
      items.push(...value)
      const following = nextPage(headers.link)
      // A page that leads to itself would never end.
      next = following === next ? undefined : following
    }
    return items
  }

  /** What is there now, changed by this; refused when somebody else changes it in between. */
  async change(path: string, edit: object): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    return this.#send('PATCH', path, 'application/json', Buffer.from(JSON.stringify(edit)), {
      'if-match': headers.etag ?? '',
    })
  }

  /** Does this to what is there now; refused when somebody changes it in between. */
  async postOn(path: string, act: string, body: object = {}): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(body))
    return this.#send('POST', `${path}/${act}`, 'application/json', bytes, {
      'if-match': headers.etag ?? '',
    })
  }

  /** `isRevised`: it has an ETag, and is removed as it is now or not at all. */
  async delete(path: string, { isRevised = false } = {}): Promise<unknown> {
    if (!isRevised) return this.#send('DELETE', path)
    const { headers } = await this.#exchange('GET', path)
    const ifMatch = { 'if-match': headers.etag ?? '' }
    return this.#send('DELETE', path, undefined, undefined, ifMatch)
  }

  /** The answer as it comes: for what is long, or does not end. */
  open(path: string, headers: Record<string, string> = {}): Promise<http.IncomingMessage> {
    const { request } = this.#url.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(`api/1${path}`, this.#url),
        {
          timeout: SILENCE_LIMIT_MS,
          ...(this.#ca === undefined ? {} : { ca: this.#ca }),
          headers: {
            'accept-encoding': 'identity',
            authorization: `Bearer ${this.#token}`,
            ...headers,
          },
        },
        (response) => {
          if (response.statusCode === 200) return resolve(response)
          readAnswer(response).then(
            () => reject(refusedBy(response.statusCode ?? 0, undefined)),
            (error: unknown) =>
              reject(error instanceof Refusal ? error : unreachable(this.#url, error)),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('the server was silent for a minute')))
      sent.on('error', (cause) => reject(unreachable(this.#url, cause)))
      sent.end()
    })
  }

  post(path: string, body: object = {}): Promise<unknown> {
    return this.#send('POST', path, 'application/json', Buffer.from(JSON.stringify(body)))
  }

  patch(path: string, body: object): Promise<unknown> {
    return this.#send('PATCH', path, 'application/json', Buffer.from(JSON.stringify(body)))
  }

  /** Exactly these bytes: they are signed. */
  putBytes(path: string, bytes: Uint8Array): Promise<unknown> {
    return this.#send('PUT', path, 'application/json', bytes)
  }

  putFile(
    path: string,
    body: FileBody,
    contentType = 'application/octet-stream',
  ): Promise<unknown> {
    return this.#send('PUT', path, contentType, body)
  }

  /** What is there now, made into what is to be there; refused when somebody changes it in between. */
  async edit(path: string, change: (before: unknown) => object): Promise<unknown> {
    const { value, headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(change(value)))
    return this.#send('POST', path, 'application/json', bytes, { 'if-match': headers.etag ?? '' })
  }

  /** In place of what is there now; refused when somebody else changes it in between. */
  async replace(path: string, body: object): Promise<unknown> {
    const { headers } = await this.#exchange('GET', path)
    const bytes = Buffer.from(JSON.stringify(body))
    return this.#send('POST', path, 'application/json', bytes, { 'if-match': headers.etag ?? '' })
  }

  async #send(
    method: string,
    path: string,
    contentType?: string,
    body?: Uint8Array | FileBody,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    return (await this.#exchange(method, path, contentType, body, more)).value
  }

  #exchange(
    method: string,
    path: string,
    contentType?: string,
    body?: Uint8Array | FileBody,
    more: Record<string, string> = {},
  ): Promise<Exchanged> {
    const { request } = this.#url.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(`api/1${path}`, this.#url),
        {
          method,
          timeout: SILENCE_LIMIT_MS,
          ...(this.#ca === undefined ? {} : { ca: this.#ca }),
          headers: {
            accept: 'application/json',
            'accept-encoding': 'identity',
            authorization: `Bearer ${this.#token}`,
            ...(contentType === undefined || body === undefined
              ? {}
              : { 'content-type': contentType, 'content-length': body.length }),
            ...more,
          },
        },
        (response) => {
          readAnswer(response).then(
            (value) => resolve({ value, headers: response.headers }),
            (error: unknown) =>
              reject(error instanceof Refusal ? error : unreachable(this.#url, error)),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('the server was silent for a minute')))
      sent.on('error', (cause) => {
        // Once there is an answer it counts: a server that refuses an upload stops reading it.
        reject(unreachable(this.#url, cause))
      })
      if (body === undefined || body instanceof Uint8Array) sent.end(body)
      else sendFile(sent, body)
    })
  }
}

/** RFC 8288; what leads away from this API is not followed. */
function nextPage(link: string | string[] | undefined): string | undefined {
  return /^<\/api\/1(\/[^>]+)>; rel="next"$/.exec(String(link ?? ''))?.[1]
}

function sendFile(sent: http.ClientRequest, { file, onProgress }: FileBody): void {
  let sentBytes = 0
  async function* counted(bytes: AsyncIterable<Buffer>) {
    for await (const part of bytes) {
      yield part
      sentBytes += part.length
      onProgress?.(sentBytes)
    }
  }
  const source = createReadStream(file, { highWaterMark: 256 * 1024 })
  // Errors of either side end up on the request, which has its own listener.
  pipeline(source, counted, sent, () => {})
}

async function readAnswer(response: http.IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > ANSWER_MAX_BYTES) {
      response.destroy()
      throw new Refusal('ANSWER_TOO_LONG', 'The answer of the server is far too long', {
        next: 'Check that --server is the address of a Fleetward server.',
      })
    }
    parts.push(part)
  }
  const status = response.statusCode ?? 0
  const answer = parseAnswer(Buffer.concat(parts))
  if (status === 204) return undefined
  if (status >= 200 && status < 300 && answer !== undefined) return answer
  throw refusedBy(status, answer)
}

function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function unreachable(url: URL, cause: unknown): Refusal {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new Refusal('SERVER_UNREACHABLE', `${url.origin} cannot be reached: ${why}`, {
    next: 'Check --server and whether the server runs; then repeat the command, which is safe.',
    cause,
  })
}

/** The token opens everything, so it travels encrypted or not at all (protocol §11). */
function parseServerUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`)
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url
  throw new Refusal('SERVER_URL_INVALID', `${text} is no address of an operator API`, {
    next: 'Give https://…, or http://127.0.0.1:8080 on the machine of the server.',
    usage: true,
  })
}
