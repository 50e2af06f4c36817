/**
 * A CSAF provider over https, as a stranger reads it: without a token, without redirects, never decoding what is packed.
 * Plain http is for this very machine: the own server, or the proxy before it, looked at before the public can.
 */
import http from 'node:http'
import https from 'node:https'
import { type ProviderSource, UnreadableFile } from '@fleetward/vulnerability'
import { Refusal } from '../refusal.ts'

const SILENCE_LIMIT_MS = 20_000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

export interface WebRules {
  /** PEM; for a site whose certificate no public authority issued. */
  readonly ca?: string
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

export function webSource(text: string, rules: WebRules): ProviderSource {
  const at = URL.parse(text)
  const isHere = LOOPBACK.test(at?.hostname ?? '')
  const isAllowed = at?.protocol === 'https:' || (at?.protocol === 'http:' && isHere)
  if (at === null || !isAllowed || at.username !== '' || at.password !== '') {
    throw new Refusal('PROVIDER_URL_INVALID', `${text} is no address of a CSAF provider`, {
      next: 'Give https://…/provider-metadata.json, or a folder that `fleetward advisories export` wrote.',
      usage: true,
    })
  }
  const read = (url: URL, maxBytes: number) => readBytes(url, maxBytes, rules)
  return {
    // What is looked at on this machine is public under another name.
    address: isHere ? undefined : at.href,
    metadata: (maxBytes) => read(at, maxBytes),
    read: ({ pathname, search }, maxBytes) => read(new URL(pathname + search, at.origin), maxBytes),
  }
}

/** Undefined: it is not there. */
function readBytes(
  url: URL,
  maxBytes: number,
  { ca, signal }: WebRules,
): Promise<Uint8Array | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>()
  const refuse = (why: string, cause?: unknown) => reject(new UnreadableFile(why, { cause }))
  const { get } = url.protocol === 'https:' ? https : http
  const request = get(
    url,
    {
      ...{ signal, timeout: SILENCE_LIMIT_MS, headers: { 'accept-encoding': 'identity' } },
      ...(ca === undefined ? {} : { ca }),
    },
    (response) => {
      const { statusCode: status = 0, headers } = response
      const encoding = headers['content-encoding'] ?? 'identity'
      if (status !== 200 || encoding !== 'identity') {
        response.destroy()
        if (status === 404 || status === 410) return resolve(undefined)
        if (status === 200) return refuse('comes packed, which nobody asked for')
        if (status >= 300 && status < 400) return refuse('is somewhere else (a redirect)')
        return refuse(`is not given out: status ${status}`)
      }
      const blocks: Buffer[] = []
      let length = 0
      response.on('data', (block: Buffer) => {
        blocks.push(block)
        length += block.length
        if (length <= maxBytes) return
        refuse(`has more than ${maxBytes} bytes`)
        response.destroy()
      })
      response.on('end', () => resolve(Buffer.concat(blocks)))
      response.on('error', (error) => refuse('broke off', error))
    },
  )
  request.on('timeout', () => request.destroy(new Error('silent for 20 seconds')))
  request.on('error', (error) => {
    if (signal.aborted) reject(signal.reason)
    else refuse(`cannot be reached: ${error.message}`, error)
  })
  return promise
}
