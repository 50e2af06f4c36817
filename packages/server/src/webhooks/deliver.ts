/**
 * One attempt at one address: HTTPS over a connection of its own, to an address that was looked at after its name was
 * resolved and that is the one connected to. Follows nothing, inflates nothing, reads little and waits a limited time.
 */
import http from 'node:http'
import https from 'node:https'
import type { BlockList } from 'node:net'
import { FORBIDDEN, onlyReachable } from './reachable-lookup.ts'
import { flawOf } from './webhook-url.ts'

export interface DeliveryRules {
  readonly allowHttp: boolean
  /** Networks beside the public ones. */
  readonly allowed: BlockList
  /** PEM, beside the system's. */
  readonly ca?: readonly string[]
  readonly timeoutMs?: number
  /** Ends an attempt that is under way. */
  readonly signal?: AbortSignal
}

export interface Attempt {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const DELIVERY_ERRORS = [
  'ADDRESS_FORBIDDEN',
  'NAME_UNKNOWN',
  'NOT_REACHED',
  'CERTIFICATE_REFUSED',
  'TOO_SLOW',
  'ANSWER_TOO_LONG',
  'REDIRECTED',
  'REFUSED',
] as const
export type DeliveryError = (typeof DELIVERY_ERRORS)[number]

export interface DeliveryResult {
  /** Any 2xx; nothing else is a delivery. */
  readonly isDelivered: boolean
  readonly status?: number
  readonly error?: DeliveryError
  /** Seconds, if the receiver asked for them (RFC 9110 §10.2.3). */
  readonly retryAfter?: number
}

const TIMEOUT_MS = 15_000
const ANSWER_MAX_BYTES = 64 * 1024

export async function deliver(attempt: Attempt, rules: DeliveryRules): Promise<DeliveryResult> {
  if (flawOf(attempt.url, rules) !== undefined) return failed('ADDRESS_FORBIDDEN')
  try {
    const timeout = AbortSignal.timeout(rules.timeoutMs ?? TIMEOUT_MS)
    const { signal } = rules
    return await send(attempt, rules, signal ? AbortSignal.any([timeout, signal]) : timeout)
  } catch (error) {
    return failed(codeFor(error))
  }
}

function send(
  { url, headers, body }: Attempt,
  { allowed, ca }: DeliveryRules,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const { request } = url.startsWith('http:') ? http : https
  return new Promise((resolveResult, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        // A connection of its own: none that was opened before its address was looked at.
        agent: false,
        lookup: onlyReachable(allowed),
        signal,
        ...(ca === undefined ? {} : { ca: [...ca] }),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Fleetward-Webhooks/1',
          'accept-encoding': 'identity',
        },
      },
      (response) => {
        resultOf(response).then(resolveResult, reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

async function resultOf(response: http.IncomingMessage): Promise<DeliveryResult> {
  const status = response.statusCode ?? 0
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    // Leaving the loop destroys the connection. What it said is of no interest either way.
    if (length > ANSWER_MAX_BYTES) return { ...failed('ANSWER_TOO_LONG'), status }
  }
  if (status >= 200 && status < 300) return { isDelivered: true, status }
  if (status >= 300 && status < 400) return { ...failed('REDIRECTED'), status }
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
  const retryAfter = Number.isInteger(seconds) && seconds > 0 ? { retryAfter: seconds } : {}
  return { ...failed('REFUSED'), status, ...retryAfter }
}

export const CERTIFICATE = /CERT|SIGNATURE|ALTNAME|SELF_SIGNED|UNABLE_TO/

function codeFor(error: unknown): DeliveryError {
  const { name, code = '' } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return 'TOO_SLOW'
  if (code === FORBIDDEN) return 'ADDRESS_FORBIDDEN'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'NAME_UNKNOWN'
  if (CERTIFICATE.test(code)) return 'CERTIFICATE_REFUSED'
  return 'NOT_REACHED'
}

function failed(error: DeliveryError): DeliveryResult {
  return { isDelivered: false, error }
}
