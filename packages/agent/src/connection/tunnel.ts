/**
 * A way through an HTTP proxy (RFC 9110 §9.3.6): what runs in the tunnel is TLS to the server itself, so the
 * proxy sees names and lengths, and can only delay or cut off.
 */
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { TransferError } from '@fleetward/shared'

const TUNNEL_TIMEOUT_MS = 30_000

/** `http://host:port` or `http://user:password@host:port`; never in a log. */
export interface HttpProxy {
  readonly url: string
}

export function openTunnel(proxy: HttpProxy, host: string, port: number): Promise<Socket> {
  const { hostname, port: proxyPort, username, password } = new URL(proxy.url)
  const place = { host, port }
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const authority = `${host}:${port}`
  const connect = request({
    host: hostname,
    port: proxyPort === '' ? 80 : Number(proxyPort),
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(username === ''
        ? {}
        : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    agent: false,
    timeout: TUNNEL_TIMEOUT_MS,
  })
  connect.on('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
    socket.setTimeout(0)
    // The server speaks only after us, so bytes before that are not the server's.
    if (statusCode === 200 && head.length === 0) return resolve(socket)
    socket.destroy()
    reject(new TransferError('SERVER_REFUSED', { ...place, by: 'proxy', status: statusCode }))
  })
  connect.on('response', ({ statusCode = 0 }) => {
    connect.destroy()
    reject(new TransferError('SERVER_REFUSED', { ...place, by: 'proxy', status: statusCode }))
  })
  connect.on('timeout', () => connect.destroy(new Error('no answer')))
  connect.on('error', (cause) =>
    reject(new TransferError('SERVER_UNREACHABLE', { ...place, by: 'proxy' }, { cause })),
  )
  connect.end()
  return promise
}
