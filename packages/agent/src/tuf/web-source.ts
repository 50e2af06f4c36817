/**
 * A source on any web server, http included, trusting the system's certificates: for the
 * conformance executable, which talks to test servers. The agent itself uses
 * {@link httpsMetadataSource}, which trusts the factory pack's CA alone.
 */
import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { TransferError, TrustError } from '@fleetward/shared'
import { HTTPS_LIMITS, type HttpsLimits, placeOf } from '../connection/https-limits.ts'
import { RequestWatch } from '../connection/request-watch.ts'
import { folderUrl, type MetadataSource } from './metadata-source.ts'

export function webSource(baseUrl: string, limits: Partial<HttpsLimits> = {}): MetadataSource {
  const base = folderUrl(baseUrl)
  return {
    fetch: (path, maxBytes) =>
      fetchBounded(new URL(base + path), maxBytes, { ...HTTPS_LIMITS, ...limits }),
  }
}

function fetchBounded(url: URL, maxBytes: number, limits: HttpsLimits): Promise<Uint8Array> {
  const place = placeOf(url)
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const get = url.protocol === 'https:' ? getHttps : getHttp
  const request = get(url, { headers: { 'accept-encoding': 'identity' }, agent: false })
  const watch = new RequestWatch(limits, place, fail)
  watch.connecting()

  function fail(reason: unknown): void {
    watch.end()
    request.destroy()
    reject(reason)
  }

  function receive(response: IncomingMessage): void {
    watch.responded()
    response.on('error', (cause) => fail(new TransferError('TRANSFER_CUT_OFF', place, { cause })))
    const status = response.statusCode ?? 0
    const encoding = response.headers['content-encoding'] ?? 'identity'
    // Redirects are refused like any other status, and nothing the peer encoded is decoded.
    if (status !== 200 || encoding !== 'identity') {
      const code = status === 404 ? 'NOT_FOUND' : 'SERVER_REFUSED'
      fail(new TransferError(code, { ...place, status, encoding }))
      return
    }
    const blocks: Buffer[] = []
    let length = 0
    const take = (bytes: number) => {
      if (bytes > maxBytes) fail(new TrustError('LENGTH_EXCEEDED', { ...place, limit: maxBytes }))
    }
    take(Number(response.headers['content-length'] ?? 0))
    response.on('data', (block: Buffer) => {
      watch.received(block.length)
      length += block.length
      blocks.push(block)
      take(length)
    })
    response.on('end', () => {
      watch.end()
      resolve(Buffer.concat(blocks, length))
    })
  }

  request.on('socket', (socket) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => watch.connected())
  })
  request.on('error', (cause) => {
    const code = watch.hasResponse ? 'TRANSFER_CUT_OFF' : 'SERVER_UNREACHABLE'
    fail(new TransferError(code, place, { cause }))
  })
  request.on('response', receive)
  return promise
}
