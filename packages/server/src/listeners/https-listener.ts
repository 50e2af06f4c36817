/** An HTTPS server with the time and size limits that both network-facing listeners share. */
import { createServer } from 'node:https'
import type { TLSSocket, TlsOptions } from 'node:tls'
import type { Logger } from 'pino'
import { AcceptDoor, DEVICE_DOOR } from '../admission/accept-door.ts'
import { type Elsewhere, type Route, requestListener } from '../http/routing.ts'
import type { ListenerName } from '../observability/measured-request.ts'
import { type Listening, openListener, type Place } from '../tls/open-listener.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import { PeerConnections } from './peer-connections.ts'

/** Requests here are small; answers may take as long as the device's line needs. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_TIMEOUT_MS = 65_000
/** Without a byte in either direction. */
const IDLE_TIMEOUT_MS = 120_000
const HEADERS_MAX_BYTES = 8 * 1024
/** A device needs one or two, and some of before its line broke may linger. */
const PER_PEER_MAX_COUNT = 32

export async function listenForHttps(
  routes: readonly Route[],
  options: {
    readonly name: ListenerName
    readonly place: Place
    readonly certificate: ServerCertificate
    readonly tls: (certificate: ServerCertificate) => TlsOptions
    /** Who is held to a number of connections of his own; undefined for nobody in particular. */
    readonly peerOf?: (socket: TLSSocket) => string | undefined
    /** What answers a reader who lost the way. */
    readonly elsewhere?: Elsewhere
    readonly log: Logger
  },
): Promise<Listening> {
  const { name, place, certificate, tls, elsewhere, log } = options
  const server = createServer(
    {
      ...tls(certificate),
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      noDelay: true,
    },
    requestListener(name, routes, { log, elsewhere }),
  )
  server.setTimeout(IDLE_TIMEOUT_MS)
  server.on('tlsClientError', (error) => {
    log.debug({ code: 'code' in error ? error.code : error.message }, 'TLS refused')
  })
  const held = new PeerConnections(PER_PEER_MAX_COUNT)
  server.on('secureConnection', (socket: TLSSocket) => {
    const peer = options.peerOf?.(socket)
    if (peer !== undefined) held.add(peer, socket)
  })
  const door = AcceptDoor.before(server, DEVICE_DOOR)
  const port = await openListener(server, place, log)
  return {
    port,
    renewCertificate: (renewed) => server.setSecureContext(tls(renewed)),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      door.close()
      server.closeAllConnections()
      await closed
    },
  }
}
