/** What Node.js itself accepts: TLS 1.3 with a client certificate asked for and verified, and a byte for whoever is in. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'

export type BareMessage = { readonly is: 'listening'; readonly port: number }

process.once('message', (options: TlsOptions) => void listen(options))

async function listen(options: TlsOptions): Promise<void> {
  const server = createServer(
    { ...options, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    (socket) => {
      socket.on('error', () => {})
      socket.write('x')
    },
  )
  server.listen({ port: 0, host: '127.0.0.1', backlog: 10_000 })
  await once(server, 'listening')
  process.send?.({ is: 'listening', port: (server.address() as AddressInfo).port })
}
