/**
 * The MQTT listener (protocol §8): a door that bounds how many come in at once, TLS 1.3 with a certificate
 * of the fleet CA, and behind it the broker.
 */
import { createServer } from 'node:tls'
import type { Logger } from 'pino'
import { AcceptDoor, DEVICE_DOOR } from '../admission/accept-door.ts'
import { certifiedDevice } from '../tls/device-identity.ts'
import { deviceFacingOptions } from '../tls/listener-options.ts'
import { type Listening, openListener, type Place } from '../tls/open-listener.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { EmbeddedBroker } from './embedded-broker.ts'

export interface BrokerListenerOptions {
  readonly place: Place
  readonly certificate: ServerCertificate
  /** Of all fleet CAs there are at the moment. */
  fleetCaPem(): string
  readonly log: Logger
}

export async function listenForMqtt(
  broker: EmbeddedBroker,
  { place, certificate, fleetCaPem, log }: BrokerListenerOptions,
): Promise<Listening> {
  const options = (current: ServerCertificate) => deviceFacingOptions(current, fleetCaPem(), 'mqtt')
  const server = createServer(
    { ...options(certificate), noDelay: true, keepAlive: true },
    (socket) => {
      const shown = certifiedDevice(socket)
      if (shown === undefined) {
        log.warn('a certificate of the fleet CA names no device')
        socket.destroy()
        return
      }
      broker.accept(socket, shown, socket.remoteAddress)
    },
  )
  // The handshake's refusals: no certificate, another authority's, an old TLS version.
  server.on('tlsClientError', (error) => log.debug({ code: codeOf(error) }, 'TLS refused'))
  const door = AcceptDoor.before(server, DEVICE_DOOR)
  const port = await openListener(server, place, log)
  return {
    port,
    renewCertificate: (renewed) => server.setSecureContext(options(renewed)),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      door.close()
      await closed
    },
  }
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}
