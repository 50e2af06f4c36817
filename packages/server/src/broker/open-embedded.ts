/** The broker in this process with its listener: one {@link Broker} as the rest of the server sees it. */
import type { Place } from '../tls/open-listener.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { Broker } from './broker.ts'
import { HealthRecord } from './broker-health.ts'
import { listenForMqtt } from './broker-listener.ts'
import { openBrokerMemory } from './broker-memory.ts'
import { EmbeddedBroker, type EmbeddedBrokerPorts } from './embedded-broker.ts'

export interface EmbeddedBrokerOptions extends Omit<EmbeddedBrokerPorts, 'memory'> {
  /** Where retained messages are kept. */
  readonly folder: string
  readonly place: Place
  readonly certificate: ServerCertificate
  fleetCaPem(): string
}

export async function openEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<Broker> {
  const { access, traffic, log, folder, place, certificate, fleetCaPem } = options
  const memory = await openBrokerMemory(folder, log)
  const embedded = await EmbeddedBroker.start({ access, traffic, memory, log })
  const listening = await listenForMqtt(embedded, { place, certificate, fleetCaPem, log }).catch(
    async (error: unknown) => {
      await embedded.stop()
      throw error
    },
  )
  const record = new HealthRecord(() => new Date(), true)
  return {
    port: listening.port,
    publishRetained: (topic, token) => embedded.publishRetained(topic, token),
    canReach: (device) => embedded.canReach(device),
    sendCommand: (product, device, token) => embedded.sendCommand(product, device, token),
    disconnect: (device) => embedded.disconnect(device),
    topicsChanged: (who) => embedded.topicsChanged(who),
    // It asks the database each time.
    accessChanged: async () => {},
    health: () => record.health,
    whenBack: () => {},
    renewCertificate: (renewed) => listening.renewCertificate(renewed),
    stop: async () => {
      await listening.stop()
      await embedded.stop()
    },
  }
}
