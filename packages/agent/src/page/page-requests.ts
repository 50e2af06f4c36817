/**
 * From a request to its answer: the guard, the files that lie open, the session, and the routes of
 * the local API that are for the page. Whoever is not let in learns nothing but that a code is asked for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Json, RequestError } from '@fleetward/shared'
import { answerOf } from '../local-api/refusal.ts'
import type { LocalAnswer, LocalRoute } from '../local-api/route.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import { readJsonBody } from './json-body.ts'
import { refusalOf } from './request-guard.ts'
import { PAGE_HEADERS } from './response-headers.ts'
import type { Session } from './sessions.ts'
import type { Site } from './site.ts'

/** What reads a session's token; a header that only this page's own script can send. */
const TOKEN_HEADER = 'fleetward-token'
const STREAMS_MAX_COUNT = 16

export interface PageRequestsOptions {
  readonly site: Site
  readonly doorkeeper: Doorkeeper
  readonly routes: readonly LocalRoute[]
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export interface Entrance {
  readonly isEncrypted: boolean
  readonly hostNames: readonly string[]
}

export class PageRequests {
  readonly #options: PageRequestsOptions
  readonly #routes: ReadonlyMap<string, LocalRoute>
  #streams = 0

  constructor(options: PageRequestsOptions) {
    this.#options = options
    const forPage = options.routes.filter((route) => route.forPage)
    this.#routes = new Map(forPage.map((route) => [`${route.method} ${route.path}`, route]))
  }

  async answer(request: IncomingMessage, response: ServerResponse, at: Entrance): Promise<void> {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    response.setHeader('cache-control', 'no-store')
    try {
      await this.#answer(request, response, at)
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy()
      else this.#refuse(response, error)
    }
  }

  #refuse(response: ServerResponse, error: unknown): void {
    try {
      const { status, json } = answerOf(error)
      const wait = error instanceof RequestError ? error.facts.waitSeconds : undefined
      if (wait !== undefined) response.setHeader('retry-after', String(wait))
      // What is left of the body is not waited for.
      response.setHeader('connection', 'close')
      sendJson(response, status, json)
    } catch (unforeseen) {
      response.destroy()
      this.#options.onFailed(unforeseen)
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, at: Entrance): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s)
    const method = request.method ?? ''
    const isPart = path === '/session' || path.startsWith('/1/')
    const refused = refusalOf(
      {
        method,
        headers: request.headersDistinct,
        localAddress: request.socket.localAddress ?? '',
        isEncrypted: at.isEncrypted,
      },
      { hostNames: at.hostNames, isPart },
    )
    if (refused !== undefined) throw new RequestError(refused)
    if (!isPart) return this.#sendFile(request, response, path)
    if (path === '/session' && method === 'POST') return this.#pair(request, response, at)
    const session = this.#requireSession(request, at)
    if (path === '/session') return this.#ownSession(request, response, at, session)
    const route = this.#routes.get(`${method} ${path}`)
    if (route === undefined)
      throw new RequestError('NOT_FOUND_HERE', { method, path: path.slice(0, 100) })
    await this.#callRoute(route, { request, response, query, session })
  }

  #sendFile(request: IncomingMessage, response: ServerResponse, path: string): void {
    const method = request.method ?? ''
    const mayRead = method === 'GET' || method === 'HEAD'
    const file = mayRead
      ? this.#options.site.find(path, request.headers['accept-language'])
      : undefined
    if (file === undefined)
      throw new RequestError('NOT_FOUND_HERE', { method, path: path.slice(0, 100) })
    response.setHeader('cache-control', 'no-cache')
    response.setHeader('etag', file.etag)
    if (file.language !== undefined) {
      response.setHeader('content-language', file.language)
      response.setHeader('vary', 'accept-language')
    }
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304).end()
      return
    }
    response.setHeader('content-type', file.contentType)
    response.setHeader('content-length', file.bytes.length)
    response.writeHead(200).end(request.method === 'HEAD' ? undefined : file.bytes)
  }

  async #pair(request: IncomingMessage, response: ServerResponse, at: Entrance): Promise<void> {
    const body = await readJsonBody(request)
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
    if (typeof code !== 'string') throw new RequestError('REQUEST_INVALID', { field: 'code' })
    const opened = await this.#options.doorkeeper.letIn(code, request.socket.remoteAddress ?? '')
    response.setHeader('set-cookie', cookieOf(opened.cookie, at))
    sendJson(response, 200, { token: opened.token })
  }

  #requireSession(request: IncomingMessage, at: Entrance): Session {
    const token = request.headersDistinct[TOKEN_HEADER]?.[0]
    const session = this.#options.doorkeeper.find(cookieIn(request, at), token)
    if (session === undefined) throw new RequestError('NOT_PAIRED')
    return session
  }

  async #ownSession(
    request: IncomingMessage,
    response: ServerResponse,
    at: Entrance,
    { endsInSeconds }: Session,
  ): Promise<void> {
    if (request.method === 'GET') {
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
      sendJson(response, 200, { endsInSeconds: endsInSeconds(), timeZone })
      return
    }
    if (request.method !== 'DELETE') {
      throw new RequestError('NOT_FOUND_HERE', { method: request.method ?? '', path: '/session' })
    }
    await this.#options.doorkeeper.letOut(cookieIn(request, at) ?? '')
    response.setHeader('set-cookie', `${cookieOf('', at)}; Max-Age=0`)
    sendJson(response, 200, {})
  }

  async #callRoute(route: LocalRoute, { request, response, query, session }: Call): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, session.ended])
    const hasBody = route.method !== 'GET' && route.takesUpload !== true
    const answer = await route.answer({
      body: hasBody ? await readJsonBody(request) : {},
      query: new URLSearchParams(query),
      by: 'page',
      signal,
      headers: passedOn(request),
      ...(route.takesUpload === true ? { upload: request } : {}),
    })
    if ('json' in answer) sendJson(response, 200, answer.json)
    else await this.#sendStream(response, answer, signal)
  }

  async #sendStream(response: ServerResponse, answer: Streamed, signal: AbortSignal) {
    if (this.#streams >= STREAMS_MAX_COUNT) {
      throw new RequestError('TOO_MANY_TRIES', { streams: this.#streams })
    }
    this.#streams += 1
    try {
      response.setHeader('content-type', answer.contentType)
      if (answer.fileName !== undefined) {
        const name = answer.fileName.replaceAll(/[^\w.-]/g, '_')
        response.setHeader('content-disposition', `attachment; filename="${name}"`)
      }
      // A quiet stream of events is no dead connection.
      response.socket?.setTimeout(0)
      response.flushHeaders()
      await pipeline(answer.stream, response, { signal })
    } finally {
      this.#streams -= 1
    }
  }
}

type Streamed = Extract<LocalAnswer, { stream: unknown }>

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: string
  readonly session: Session
}

/** Of the headers a route may ask for: those of our own name, and what an upload is. */
function passedOn({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  const own = Object.entries(headersDistinct).filter(
    ([name]) => name.startsWith('fleetward-') && name !== TOKEN_HEADER,
  )
  return Object.fromEntries(own.map(([name, values]) => [name, values?.[0] ?? '']))
}

function cookieName({ isEncrypted }: Entrance): string {
  // The prefix keeps other hosts of a domain and unencrypted pages from setting it.
  return isEncrypted ? '__Host-fleetward' : 'fleetward'
}

function cookieOf(value: string, at: Entrance): string {
  const secure = at.isEncrypted ? '; Secure' : ''
  return `${cookieName(at)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`
}

function cookieIn(request: IncomingMessage, at: Entrance): string | undefined {
  const prefix = `${cookieName(at)}=`
  const cookies = (request.headers.cookie ?? '').split('; ')
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length)
}

function sendJson(response: ServerResponse, status: number, json: Json): void {
  const bytes = Buffer.from(JSON.stringify(json))
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', bytes.length)
  response.writeHead(status).end(bytes)
}
