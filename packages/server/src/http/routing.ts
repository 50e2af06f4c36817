/**
 * Routes of the two listeners that face the network. Plain `node:http`: a handful of exact paths need no framework,
 * and no body parser that could be talked into inflating something.
 *
 * A path is cut at its slashes first and decoded then, so an encoded slash is never a slash; segments that could
 * mean anything to a file system are no segments.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type ListenerName, measureRequest, noteRoute } from '../observability/measured-request.ts'
import { HttpError, logFailure, nothingHere, problemOf, RETRY_AFTER_SECONDS } from './problem.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Values of the route's `:names`, and all that `*` stands for, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly rest: readonly string[]
}

export interface Route {
  readonly method: 'GET' | 'POST'
  /** `/tuf/:product/metadata/:file`; `*` at the end takes one segment or more, `**` whatever they are, unseen. */
  readonly path: string
  handle(exchange: Exchange): Promise<void>
}

/** What answers at an address that no route has, where it takes the request; otherwise that is a 404 problem. */
export interface Elsewhere {
  takes(request: IncomingMessage): boolean
  handle(exchange: Exchange): Promise<void>
}

/** Names of ours and of target files; no leading dot, so neither `.` nor `..`. */
const SEGMENT = /^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,254}$/
const URL_MAX_CHARACTERS = 2048
const SEGMENTS_MAX_COUNT = 16
const NOTHING_NAMED = { params: {}, rest: [] }

export function requestListener(
  name: ListenerName,
  routes: readonly Route[],
  { log, elsewhere }: { readonly log: Logger; readonly elsewhere?: Elsewhere | undefined },
): RequestListener {
  return (request, response) => {
    measureRequest(name, request, response, () => {
      respond({ routes, elsewhere }, request, response).catch((error: unknown) => {
        sendProblem(request, response, error, log)
      })
    })
  }
}

async function respond(
  {
    routes,
    elsewhere,
  }: { readonly routes: readonly Route[]; readonly elsewhere: Elsewhere | undefined },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  const segments = segmentsOf(request.url ?? '')
  const there = routes.flatMap((route) => {
    const match = segments === undefined ? undefined : matching(route.path, segments)
    return match === undefined ? [] : [{ route, match }]
  })
  if (there.length === 0) {
    if (elsewhere?.takes(request)) return elsewhere.handle({ request, response, ...NOTHING_NAMED })
    throw nothingHere()
  }
  // A HEAD request is a GET whose body node:http leaves out.
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const found = there.find(({ route }) => route.method === method)
  if (found === undefined) {
    response.setHeader('Allow', [...new Set(there.map(({ route }) => route.method))].join(', '))
    throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'This address takes another method')
  }
  noteRoute(request, found.route.path)
  await found.route.handle({ request, response, ...found.match })
}

function segmentsOf(url: string): string[] | undefined {
  const [path = ''] = url.split('?', 1)
  if (url.length > URL_MAX_CHARACTERS || !path.startsWith('/')) return undefined
  const segments = path.slice(1).split('/')
  if (segments.length > SEGMENTS_MAX_COUNT) return undefined
  try {
    return segments.map((segment) => decodeURIComponent(segment))
  } catch {
    return undefined
  }
}

function matching(
  path: string,
  segments: readonly string[],
): Pick<Exchange, 'params' | 'rest'> | undefined {
  const wanted = path.slice(1).split('/')
  const last = wanted.at(-1)
  const isOpen = last === '*' || last === '**'
  const fixed = isOpen ? wanted.slice(0, -1) : wanted
  if (isOpen ? segments.length <= fixed.length : segments.length !== fixed.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, name] of fixed.entries()) {
    const segment = segments[index]
    if (segment === undefined) return undefined
    if (!name.startsWith(':')) {
      if (segment !== name) return undefined
    } else {
      if (!SEGMENT.test(segment)) return undefined
      params[name.slice(1)] = segment
    }
  }
  if (last === '**') return { params, rest: [] }
  const rest = isOpen ? segments.slice(fixed.length) : []
  return rest.every((segment) => SEGMENT.test(segment)) ? { params, rest } : undefined
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
    })
    .end(body)
}

function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: Logger,
): void {
  const problem = problemOf(error)
  // A peer that hung up in the middle is no fault of ours.
  if (!request.socket.destroyed) logFailure(log, problem, error, request.method)
  if (response.headersSent) {
    // Too late for another status: a torn answer must not look whole.
    response.destroy()
    return
  }
  const body = Buffer.from(JSON.stringify(problem))
  const headers = { 'Content-Type': 'application/problem+json', 'Content-Length': body.length }
  // What is left of an unread body would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close')
  if (problem.code === 'DATABASE_AWAY') response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
  response.writeHead(problem.status, { ...headers, 'Cache-Control': 'no-store' }).end(body)
}
