/** EST over HTTPS (RFC 7030): what a device asks for and in which words it is answered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ENROLMENT_REQUEST_MAX_BYTES } from '@fleetward/shared'
import type { Logger } from 'pino'
import { TokenBuckets } from '../admission/token-bucket.ts'
import { addressOf } from '../http/address.ts'
import { HttpError } from '../http/problem.ts'
import { readBody } from '../http/request-body.ts'
import type { Exchange, Route } from '../http/routing.ts'
import type { CertifiedDevice } from '../tls/device-identity.ts'
import { type EnrolmentPorts, enrol, renew } from './enrol.ts'
import { certsOnly } from './fleet-authority.ts'

/**
 * Failed attempts per address. Tokens cannot be guessed; this keeps a broken device or a curious person from
 * filling the log. A factory behind one address enrols as many devices as it likes.
 */
const FAILURES = { burst: 20, perSecond: 0.2 } as const
const ADDRESSES_MAX_COUNT = 10_000
/** User, colon, token, with room to spare. */
const CREDENTIALS_MAX_CHARACTERS = 512

const WELL_KNOWN = '/.well-known/est'

/** For the public listener. */
export function enrolmentRoutes(ports: EnrolmentPorts & { readonly log: Logger }): Route[] {
  const failures = new TokenBuckets(FAILURES, {
    maxKeys: ADDRESSES_MAX_COUNT,
    nowMs: () => ports.clock.now().getTime(),
  })
  return [
    {
      method: 'GET',
      path: `${WELL_KNOWN}/cacerts`,
      // RFC 7030 §4.1.3
      handle: async ({ response }) => {
        sendPkcs7(response, 'application/pkcs7-mime', ports.authority.caCertificates())
      },
    },
    {
      method: 'POST',
      path: `${WELL_KNOWN}/simpleenroll`,
      handle: async ({ request, response }) => {
        const address = addressOf(request) ?? ''
        if (!failures.has(address)) {
          response.setHeader('Retry-After', 30)
          throw new HttpError(429, 'TOO_MANY_ATTEMPTS', 'Too many failed attempts; wait a while')
        }
        try {
          const credentials = requireCredentials(request)
          const pem = await enrol(ports, credentials, await readRequest(request))
          ports.log.info({ device: credentials.device }, 'device enrolled')
          sendCertificate(response, pem)
        } catch (error) {
          if (error instanceof HttpError) {
            failures.take(address)
            ports.log.warn({ address, code: error.code }, 'enrolment refused')
            // RFC 7030 §3.2.3
            if (error.status === 401) {
              response.setHeader('WWW-Authenticate', 'Basic realm="enrolment", charset="UTF-8"')
            }
          }
          throw error
        }
      },
    },
  ]
}

/** For the device listener, which has established whose certificate the request came with. */
export function renewalRoute(
  ports: EnrolmentPorts & { readonly log: Logger },
  whoIs: (exchange: Exchange) => Promise<CertifiedDevice>,
): Route {
  return {
    method: 'POST',
    path: `${WELL_KNOWN}/simplereenroll`,
    handle: async (exchange) => {
      const identity = await whoIs(exchange)
      const pem = await renew(ports, identity, await readRequest(exchange.request))
      ports.log.info({ device: identity.device }, 'certificate renewed')
      sendCertificate(exchange.response, pem)
    },
  }
}

/** RFC 7030 §4.2.1; the transfer encoding is base64 whether a header says so or not (RFC 8951 §2.1). */
function readRequest(request: IncomingMessage): Promise<Buffer> {
  return readBody(request, { type: 'application/pkcs10', maxBytes: ENROLMENT_REQUEST_MAX_BYTES })
}

/** RFC 7617: the device id up to the first colon, then the token. */
function requireCredentials(request: IncomingMessage): { device: string; token: string } {
  const field = request.headers.authorization ?? ''
  const base64 = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(field)?.[1]
  if (base64 !== undefined && base64.length <= CREDENTIALS_MAX_CHARACTERS) {
    const text = Buffer.from(base64, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon > 0) return { device: text.slice(0, colon), token: text.slice(colon + 1) }
  }
  throw new HttpError(
    401,
    'ENROLMENT_CREDENTIALS_MISSING',
    'Send the device id and the enrolment token as HTTP Basic credentials',
  )
}

/** RFC 7030 §4.2.3 */
function sendCertificate(response: ServerResponse, pem: string): void {
  sendPkcs7(response, 'application/pkcs7-mime; smime-type=certs-only', certsOnly(pem))
}

function sendPkcs7(response: ServerResponse, type: string, body: string): void {
  response
    .writeHead(200, {
      'Content-Type': type,
      'Content-Transfer-Encoding': 'base64',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    })
    .end(body)
}
