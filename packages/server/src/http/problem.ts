/**
 * How a refused request is answered: problem details, RFC 9457, with a stable code (protocol
 * §13.2). What is not a {@link HttpError} is a bug of ours and tells the caller nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { codeOf, type Facts } from '@fleetward/shared'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { DatabaseAwayError } from '../adapters/sql/watched-dialect.ts'
import { isDiskFull } from './disk-full.ts'

/** What the caller of an API can act on; on a device its counterpart is the RequestError of shared. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly code: string
  /** What was expected and what was seen, for programs; never a secret. */
  readonly facts: Facts
  /** Where one code has several reasons: each of them. */
  readonly reasons: readonly Reason[] | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    options: { facts?: Facts; reasons?: readonly Reason[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.status = status
    this.code = code
    this.facts = options.facts ?? {}
    this.reasons = options.reasons
  }
}

export interface Reason {
  readonly code: string
  readonly sentence: string
}

/** RFC 9457 with the members of ours, `code`, `facts` and, where there are several, `reasons`. */
export interface Problem {
  readonly type: 'about:blank'
  readonly status: number
  readonly title: string
  readonly code: string
  readonly facts?: Facts
  readonly reasons?: readonly Reason[]
}

export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError) {
    const said = problem(error.status, error.code, error.message, error.facts)
    return error.reasons === undefined ? said : { ...said, reasons: error.reasons }
  }
  const known = codeOf(error)
  if (known !== undefined && error instanceof Error && error.name === 'TrustError') {
    // What was uploaded does not verify: the caller's to mend, so the code and facts go out.
    return problem(422, known.code, 'What was sent does not verify', known.facts)
  }
  if (known?.code === 'DISK_FULL' || isDiskFull(error)) {
    return problem(507, 'DISK_FULL', 'The disk of the server is full. Make room and try again')
  }
  if (error instanceof DatabaseAwayError) {
    return problem(503, 'DATABASE_AWAY', 'The database cannot be reached now. Try again later')
  }
  // The router could not decode a segment of the path.
  if (error instanceof URIError) {
    return problemOf(nothingHere())
  }
  const status = bodyParserStatus(error)
  if (status === 413) return problem(413, 'BODY_TOO_LARGE', 'The request body is too large')
  if (status === 415) {
    return problem(415, 'BODY_ENCODING_UNSUPPORTED', 'Send the body without content encoding')
  }
  if (status !== undefined) return problem(400, 'BODY_INVALID', 'The request cannot be read')
  return problem(500, 'INTERNAL', 'Internal error')
}

function problem(status: number, code: string, title: string, facts: Facts = {}): Problem {
  const known = Object.keys(facts).length > 0
  return { type: 'about:blank', status, title, code, ...(known ? { facts } : {}) }
}

/** express.json and the router mark what the caller did wrong with a 4xx status and `expose`. */
function bodyParserStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return undefined
  const { status } = error
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

/** Whoever has to wait for the database is told how long, in seconds. */
export const RETRY_AFTER_SECONDS = '5'

/** What is broken is logged with its stack; a database that is away is known to readiness, and a line is enough. */
export function logFailure(
  log: Logger,
  { status, code }: Problem,
  error: unknown,
  method: string | undefined,
): void {
  if (code === 'DATABASE_AWAY') log.warn({ code, method }, 'request failed')
  else if (status >= 500) log.error({ err: error, method }, 'request failed')
}

/** What node reads of a refused body and throws away, so that the answer arrives and no reset connection. */
const DISCARDED_MAX_BYTES = 64 * 1024 * 1024

const LINGER_MAX_BYTES = 4 * 1024 * 1024
const LINGER_MS = 2_000

function goesOn({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false
  if (headers['transfer-encoding'] !== undefined) return true
  return Number(headers['content-length'] ?? 0) > DISCARDED_MAX_BYTES
}

/**
 * Before a refusal is sent in the middle of a body without end: closed at once, the connection would be reset before
 * the answer is read. What ends within the measure keeps its connection.
 */
export function lingerOver(request: IncomingMessage, response: ServerResponse): void {
  if (!goesOn(request)) return
  const { socket } = request
  const closes = !response.shouldKeepAlive
  response.removeHeader('Connection')
  response.shouldKeepAlive = true
  const enough = socket.bytesRead + LINGER_MAX_BYTES
  const patience = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  request.on('data', () => {
    if (socket.bytesRead > enough) socket.destroy()
  })
  request.once('end', () => {
    clearTimeout(patience)
    if (closes) socket.end()
  })
  request.once('close', () => clearTimeout(patience))
}

/** The last handler of every listener. */
export function sendProblem(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    const answer = problemOf(error)
    logFailure(log, answer, error, request.method)
    if (answer.code === 'DATABASE_AWAY') response.set('Retry-After', RETRY_AFTER_SECONDS)
    // Too late for another status: let express cut the connection, so that nobody takes a torn
    // answer for a whole one.
    if (response.headersSent) return next(error)
    lingerOver(request, response)
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer))
  }
}

/** The same for what is not there and for what is nobody's to know. */
export function nothingHere(): HttpError {
  return new HttpError(404, 'NOT_FOUND', 'There is nothing at this address')
}

/** Stands after all routes. */
export const notFound: RequestHandler = () => {
  throw nothingHere()
}
