/**
 * The operator API (protocol §11): everything under /api/1 behind the guard, which lets through what the
 * OpenAPI document permits the caller.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { REQUEST_BODY_MAX_BYTES } from '@fleetward/shared'
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
} from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { believeProxy } from '../http/address.ts'
import { type BodyTime, limitBodyTime } from '../http/body-time.ts'
import { requireContentType } from '../http/content-type.ts'
import { type Authenticate, firstOf, guard } from '../http/door/guard.ts'
import { requireKnownHost } from '../http/door/host-check.ts'
import { limitPerAccount, limitPerAddress, type RequestLimits } from '../http/door/rate-limits.ts'
import { idempotency } from '../http/idempotency.ts'
import { inOrder } from '../http/in-order.ts'
import { answerJson } from '../http/json-answer.ts'
import type { KeptAnswerStore } from '../http/kept-answer-store.ts'
import { operationRoutes } from '../http/operation-routes.ts'
import { type DocumentedPaths, operationsOf } from '../http/operations.ts'
import { HttpError, notFound, sendProblem } from '../http/problem.ts'
import { readBytes } from '../http/request-body.ts'
import { nameRequest } from '../http/request-id.ts'
import { refuseUndocumented } from '../http/undocumented-input.ts'
import { measureRequest } from '../observability/measured-request.ts'
import type { Clock, ProductDirectory } from '../ports.ts'
import { sayUnknownAddress } from '../sign-in/routes/unknown-address.ts'

export const API = '/api/1'

export interface OperatorAppNeeds {
  /** Every way to say who is calling, tried in this order. */
  readonly callers: readonly Authenticate[]
  readonly products: ProductDirectory
  readonly clock: Clock
  /** Names the server goes by, beside loopback's. */
  readonly hosts: readonly string[]
  /** Where people open the pages, when the settings say so. */
  readonly operatorUrl: string | undefined
  /** Whether a proxy on this machine ends TLS. */
  readonly behindProxy: boolean
  /** For people: signing in, and one's own account. */
  readonly pages: Router
  /** For people too: all the rest, as one page with many addresses. */
  readonly console: Router
  readonly requestLimits: RequestLimits
  readonly bodyTime: BodyTime
  readonly keptAnswers: KeptAnswerStore
  /** Below {@link API}. */
  readonly routers: readonly Router[]
  /** Below `/api/1/products/:product`. */
  readonly productRouters: readonly Router[]
  readonly openApi: { readonly paths?: DocumentedPaths }
  /** Writes refused attempts into the audit log. */
  readonly refusals: ErrorRequestHandler
  readonly log: Logger
}

export function operatorApp(needs: OperatorAppNeeds): Express {
  const app = express()
  app.disable('x-powered-by')
  app.enable('case sensitive routing')
  app.set('etag', false)
  app.response.json = answerJson
  app.use(
    inOrder([
      nameRequest,
      measured,
      ...(needs.behindProxy ? [believeProxy] : []),
      limitPerAddress(needs.requestLimits),
      requireKnownHost(hostsOf(needs)),
      standingHeaders(),
    ]),
  )

  app.use(API, apiSteps(needs))
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.use(needs.console)
  app.use(needs.pages)

  app.use(notFound)
  app.use(needs.refusals)
  app.use(sayUnknownAddress)
  app.use(sendProblem(needs.log))
  return app
}

function apiSteps(needs: OperatorAppNeeds): RequestHandler {
  const { products, clock, openApi, callers, requestLimits, productRouters } = needs
  const paths = openApi.paths ?? {}
  const document = express.Router().get('/openapi.json', (_request, response) => {
    response.json(openApi)
  })
  return inOrder([
    guard({ products, clock, paths, authenticate: firstOf(callers) }),
    limitPerAccount(requestLimits),
    limitBodyTime(needs.bodyTime),
    jsonBodies,
    refuseUndocumented,
    idempotency(needs),
    operationRoutes(operationsOf(paths), [
      ['', [document, ...needs.routers]],
      ['/products/:product', productRouters],
    ]),
  ])
}

function hostsOf({ hosts, operatorUrl }: OperatorAppNeeds): readonly string[] {
  return operatorUrl === undefined ? hosts : [...hosts, new URL(operatorUrl).hostname]
}

/** The route is noted by the guard, as the document writes it. */
const measured: RequestHandler = (request, response, next) => {
  measureRequest('operator', request, response, next)
}

/** Put together once: helmet words them anew for every answer. */
function standingHeaders(): RequestHandler {
  // Answers hold what only an administrator may see.
  const headers = new Map([['Cache-Control', 'no-store']])
  const answer = { setHeader: (name: string, value: string) => headers.set(name, value) }
  helmet({
    ...{ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } },
    ...{ hsts: false, xPoweredBy: false },
  })({} as IncomingMessage, answer as unknown as ServerResponse, () => {})
  return (_request, response, next) => {
    response.setHeaders(headers)
    next()
  }
}

const requireJson = requireContentType('application/json')

/**
 * POST and PATCH carry JSON or nothing; PUT carries bytes, which its routes read themselves. Never inflated: a small
 * body must not become a large one (protocol §9), nor meet zlib's decoders.
 */
const jsonBodies: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' && request.method !== 'PATCH') return next()
  const isEmpty =
    request.headers['transfer-encoding'] === undefined &&
    Number(request.headers['content-length'] ?? 0) === 0
  if (isEmpty) return next()
  requireJson(request, response, (error?: unknown) => {
    if (error !== undefined) return next(error)
    readJson(request).then((body) => {
      request.body = body
      next()
    }, next)
  })
}

async function readJson(request: IncomingMessage): Promise<object | undefined> {
  const bytes = await readBytes(request, REQUEST_BODY_MAX_BYTES)
  return bytes.length === 0 ? undefined : parsed(bytes)
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function parsed(bytes: Buffer): object {
  let value: unknown
  try {
    const text = UTF8.decode(bytes)
    // PostgreSQL keeps no such character, in no text.
    if (text.includes('\\u0000')) throw new SyntaxError('a null character')
    value = JSON.parse(text)
  } catch (cause) {
    throw notReadable(cause)
  }
  if (typeof value !== 'object' || value === null) throw notReadable()
  return value
}

function notReadable(cause?: unknown): HttpError {
  return new HttpError(400, 'BODY_INVALID', 'The request cannot be read', { cause })
}
