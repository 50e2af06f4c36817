/** The local API over a Unix socket: HTTP/1.1, JSON in and out, bounded in every direction. */
import { chmod } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Json, parseJson, RequestError, TrustError } from '@fleetward/shared'
import type { Log, Way } from '../ports.ts'
import { answerOf } from './refusal.ts'
import type { LocalAnswer, LocalRoute } from './route.ts'
import { makeWayFor } from './socket-path.ts'

const BODY_MAX_BYTES = 64 * 1024
const HEADERS_MAX_BYTES = 8 * 1024
const HEADERS_TIMEOUT_MS = 5_000
/** Of a request without its answer: an import may be large, and a stick slow. */
const REQUEST_TIMEOUT_MS = 3_600_000
const CONNECTIONS_MAX_COUNT = 32
/** Of a body that is refused before it has come. */
const REST_TIME_LIMIT_MS = 2_000
const SOCKET_MODE = 0o660
/** Who may say by which way they ask; whoever says nothing is the command line. */
const WAYS: readonly Way[] = ['cli', 'product', 'button']

export interface SocketServerOptions {
  readonly path: string
  readonly routes: readonly LocalRoute[]
  readonly log: Log
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export class SocketServer {
  readonly #options: SocketServerOptions
  readonly #routes: ReadonlyMap<string, LocalRoute>
  readonly #server: Server

  constructor(options: SocketServerOptions) {
    this.#options = options
    this.#routes = new Map(options.routes.map((route) => [`${route.method} ${route.path}`, route]))
    this.#server = createServer(
      {
        maxHeaderSize: HEADERS_MAX_BYTES,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
      (request, response) => void this.#serve(request, response),
    )
    this.#server.maxConnections = CONNECTIONS_MAX_COUNT
  }

  /** DeviceError when the socket cannot be opened. */
  async listen(): Promise<void> {
    const { path } = this.#options
    await makeWayFor(path)
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    })
    await chmod(path, SOCKET_MODE)
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      await send(response, await this.#answer(request, gone.signal), gone.signal)
    } catch (error) {
      if (response.headersSent || gone.signal.aborted) {
        response.destroy()
        return
      }
      await this.#refuse(request, response, error)
    }
  }

  async #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    try {
      const { status, json } = answerOf(error)
      response.setHeader('connection', 'close')
      // Whoever still writes when the connection ends never reads why.
      writeJson(response, status, json)
      await readOn(request)
      response.end()
    } catch (unforeseen) {
      response.destroy()
      this.#options.onFailed(unforeseen)
    }
  }

  async #answer(request: IncomingMessage, signal: AbortSignal): Promise<LocalAnswer> {
    const { method = '', url = '' } = request
    const [path = '', query = ''] = url.split(/\?(.*)/s)
    if (method === 'GET' && path === '/1') return { json: this.#table() }
    const route = this.#routes.get(`${method} ${path}`)
    if (route === undefined) {
      throw new RequestError('NOT_FOUND_HERE', { method, path: path.slice(0, 100) })
    }
    const takesBody = route.method !== 'GET' && route.takesUpload !== true
    return route.answer({
      body: takesBody ? await readBody(request) : {},
      query: new URLSearchParams(query),
      by: wayOf(request),
      signal,
      headers: ownHeaders(request),
      // Who stops reading it has refused it, and says so over the same connection.
      ...(route.takesUpload === true
        ? { upload: request.iterator({ destroyOnReturn: false }) }
        : {}),
    })
  }

  #table(): Json {
    const routes = this.#options.routes.map(({ method, path, summary, forPage }) => ({
      ...{ method, path, summary, forPage },
    }))
    return { routes }
  }
}

function wayOf(request: IncomingMessage): Way {
  const named = request.headers['fleetward-way']
  return WAYS.find((way) => way === named) ?? 'cli'
}

function ownHeaders({ headersDistinct }: IncomingMessage): Record<string, string | undefined> {
  const own = Object.entries(headersDistinct).filter(([name]) => name.startsWith('fleetward-'))
  return Object.fromEntries(own.map(([name, values]) => [name, values?.[0]]))
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const blocks: Buffer[] = []
  let length = 0
  for await (const block of request as AsyncIterable<Buffer>) {
    length += block.length
    if (length > BODY_MAX_BYTES) {
      throw new RequestError('REQUEST_INVALID', { field: 'the body', maxBytes: BODY_MAX_BYTES })
    }
    blocks.push(block)
  }
  if (length === 0) return {}
  try {
    return parseJson(Buffer.concat(blocks), BODY_MAX_BYTES)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new RequestError('REQUEST_INVALID', { field: 'the body', expected: 'strict JSON' })
  }
}

async function send(
  response: ServerResponse,
  answer: LocalAnswer,
  signal: AbortSignal,
): Promise<void> {
  if ('json' in answer) return sendJson(response, 200, answer.json)
  response.setHeader('content-type', answer.contentType)
  response.flushHeaders()
  await pipeline(answer.stream, response, { signal })
}

function sendJson(response: ServerResponse, status: number, json: Json): void {
  writeJson(response, status, json)
  response.end()
}

/** All of it, and the answer is not over yet. */
function writeJson(response: ServerResponse, status: number, json: Json): void {
  const bytes = Buffer.from(JSON.stringify(json))
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', bytes.length)
  response.writeHead(status).write(bytes)
}

/** To the end of what nobody wants any more, or as far as it comes in a moment. */
async function readOn(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, REST_TIME_LIMIT_MS)
  request
    .once('end', resolve)
    .once('close', resolve)
    .once('error', () => resolve())
  request.resume()
  await over
  clearTimeout(timer)
}
