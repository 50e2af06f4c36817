/**
 * A feed from an https address into a file: to an address that was looked at after its name was resolved and that is
 * the one connected to, over connections of its own and no proxy. Redirects are followed a few times, each looked at
 * like the first. What is not whole, too long or too slow is not a feed.
 */
import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { BlockList } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Facts } from '@fleetward/shared'
import { isDiskFull } from '../../http/disk-full.ts'
import { CERTIFICATE } from '../../webhooks/deliver.ts'
import { FORBIDDEN, onlyReachable } from '../../webhooks/reachable-lookup.ts'
import { flawOf } from '../../webhooks/webhook-url.ts'
import type { Marks } from './feed-source.ts'

export interface FetchRules {
  /** Networks beside the public ones. */
  readonly allowed: BlockList
  /** PEM, beside the system's. */
  readonly ca?: readonly string[]
  /** Ends what is under way. */
  readonly signal?: AbortSignal
  readonly maxBytes?: number
  readonly silenceMs?: number
}

const SENTENCES = {
  ADDRESS_FORBIDDEN: 'leads to no https address that may be reached (feeds.allowNetworks)',
  NAME_UNKNOWN: 'has a name that cannot be resolved',
  NOT_REACHED: 'cannot be reached',
  CERTIFICATE_REFUSED: 'has a certificate that nobody trusts here (feeds.caFile)',
  TOO_SLOW: 'takes too long',
  TOO_LARGE: 'is longer than any feed may be',
  REDIRECTED_TOO_OFTEN: 'leads on and on',
  LEADS_NOWHERE: 'leads to no address',
  PACKED: 'sends it packed',
  REFUSED: 'does not give it',
  CUT_OFF: 'broke off',
}

export type FetchCode = keyof typeof SENTENCES
export const FETCH_CODES = Object.keys(SENTENCES) as readonly FetchCode[]

export class FetchError extends Error {
  override readonly name = 'FetchError'
  readonly code: FetchCode
  readonly facts: Facts

  /** `facts`: what the source said. */
  constructor(code: FetchCode, url: string, facts: Facts = {}, cause?: unknown) {
    const said = Object.entries(facts).map(([name, fact]) => `: ${name} ${fact}`)
    // What follows the question mark may be a token.
    super(`${url.split('?')[0]} ${SENTENCES[code]}${said.join('')}`, { cause })
    this.code = code
    this.facts = facts
  }
}

const FEED_MAX_BYTES = 4 * 1024 ** 3
const REDIRECTS_MAX_COUNT = 5
const SILENCE_MS = 30_000
const TOTAL_MS = 3_600_000

/** `undefined`: the same as `known`. */
export async function fetchFeed(
  url: string,
  into: string,
  known: Marks,
  rules: FetchRules,
): Promise<Marks | undefined> {
  const total = AbortSignal.timeout(TOTAL_MS)
  const signal = rules.signal === undefined ? total : AbortSignal.any([total, rules.signal])
  let at = url
  for (let redirects = 0; redirects <= REDIRECTS_MAX_COUNT; redirects += 1) {
    const response = await answerOf(at, known, rules, signal).catch((error: unknown) => {
      throw error instanceof FetchError ? error : new FetchError(codeFor(error), at, {}, error)
    })
    const { statusCode: status = 0, headers } = response
    if (status === 200) {
      await save(response, at, into, rules)
      return { etag: headers.etag, lastModified: headers['last-modified'] }
    }
    // What else it says is of no interest, and may have no end.
    response.destroy()
    const isAsked = known.etag !== undefined || known.lastModified !== undefined
    if (status === 304 && isAsked) return undefined
    const next = URL.parse(headers.location ?? '', at)
    if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) {
      throw new FetchError('REFUSED', at, { status })
    }
    if (next === null) throw new FetchError('LEADS_NOWHERE', at)
    at = next.href
  }
  throw new FetchError('REDIRECTED_TOO_OFTEN', url)
}

function answerOf(
  url: string,
  { etag, lastModified }: Marks,
  { allowed, ca, silenceMs = SILENCE_MS }: FetchRules,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  if (flawOf(url, { allowHttp: false, allowed }) !== undefined) {
    throw new FetchError('ADDRESS_FORBIDDEN', url)
  }
  return new Promise((resolve, reject) => {
    const request = https.get(
      url,
      {
        // A connection of its own: none that was opened before its address was looked at.
        agent: false,
        lookup: onlyReachable(allowed),
        signal,
        timeout: silenceMs,
        ...(ca === undefined ? {} : { ca: [...ca] }),
        headers: {
          'user-agent': 'Fleetward-Feeds/1',
          'accept-encoding': 'identity',
          ...(etag === undefined ? {} : { 'if-none-match': etag }),
          ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
        },
      },
      resolve,
    )
    request.on('timeout', () => request.destroy(new FetchError('TOO_SLOW', url)))
    request.on('error', reject)
  })
}

async function save(
  response: IncomingMessage,
  url: string,
  into: string,
  { maxBytes = FEED_MAX_BYTES }: FetchRules,
): Promise<void> {
  const { 'content-encoding': encoding, 'content-length': announced } = response.headers
  if (encoding !== undefined && encoding !== 'identity') {
    response.destroy()
    // A token (RFC 9110 §8.4.1); anything else is a stranger's word on its way to a terminal.
    throw new FetchError('PACKED', url, { as: encoding.slice(0, 20).replace(/[^\w.+-]/g, '?') })
  }
  if (Number(announced ?? 0) > maxBytes) {
    response.destroy()
    throw new FetchError('TOO_LARGE', url)
  }
  try {
    await pipeline(bounded(response, url, maxBytes), createWriteStream(into, { mode: 0o600 }))
  } catch (error) {
    if (error instanceof FetchError) throw error
    if (isDiskFull(error)) throw error
    const code = codeFor(error)
    throw new FetchError(code === 'TOO_SLOW' ? code : 'CUT_OFF', url, {}, error)
  }
}

async function* bounded(
  response: IncomingMessage,
  url: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const bytes of response as AsyncIterable<Buffer>) {
    length += bytes.length
    if (length > maxBytes) throw new FetchError('TOO_LARGE', url)
    yield bytes
  }
}

function codeFor(error: unknown): FetchCode {
  const { name, code = '' } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return 'TOO_SLOW'
  if (code === FORBIDDEN) return 'ADDRESS_FORBIDDEN'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'NAME_UNKNOWN'
  return CERTIFICATE.test(code) ? 'CERTIFICATE_REFUSED' : 'NOT_REACHED'
}
