/**
 * HTTP for small JSON documents of one foreign server, in the form of fetch. The built-in one inflates whatever the
 * peer compressed, with a decoder that was broken before (CVE-2026-111497), and reads without a bound; this one does
 * neither, and follows nobody elsewhere.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

const ANSWER_MAX_BYTES = 1024 * 1024
const TIME_LIMIT_MS = 10_000

/** There is no answer of the peer: it is away, or what came is not to be read. The cause says which. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

export interface PlainRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * Rejects with {@link NoAnswerError}. `caPem`: a private authority that the peer's certificate may be from, instead of
 * the public ones.
 */
export async function plainFetch(
  url: string,
  request: PlainRequest,
  caPem?: string,
): Promise<Response> {
  try {
    return await ask(url, request, caPem)
  } catch (cause) {
    throw new NoAnswerError(`${new URL(url).host} did not answer`, { cause })
  }
}

async function ask(
  url: string,
  { method, headers, body, signal }: PlainRequest,
  caPem: string | undefined,
): Promise<Response> {
  const bytes = bodyBytes(body)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = {
    method,
    headers: {
      ...headers,
      'accept-encoding': 'identity',
      ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
    },
    signal: AbortSignal.any([AbortSignal.timeout(TIME_LIMIT_MS), ...(signal ? [signal] : [])]),
    // One question, one connection: nothing is kept open towards a peer we seldom talk to.
    agent: false as const,
  }
  const request =
    new URL(url).protocol === 'http:'
      ? httpRequest(url, options, resolve)
      : httpsRequest(url, { ...options, ...(caPem === undefined ? {} : { ca: caPem }) }, resolve)
  request.on('error', reject)
  request.end(bytes)
  return answerOf(await promise)
}

async function answerOf(answer: IncomingMessage): Promise<Response> {
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    answer.destroy()
    throw new Error(`the answer came as ${encoding.slice(0, 20)}, although nobody asked for that`)
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop ends the connection.
    if (length > ANSWER_MAX_BYTES) throw new Error('the answer is longer than it may be')
    chunks.push(chunk)
  }
  const status = answer.statusCode ?? 500
  const hasBody = status !== 204 && status !== 304
  return new Response(hasBody ? Buffer.concat(chunks) : null, {
    status,
    headers: Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  })
}

function bodyBytes(body: unknown): Buffer | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(String(body))
  if (body instanceof Uint8Array) return Buffer.from(body)
  throw new TypeError('a body of this kind is not sent')
}
