/**
 * The embedded broker in a process of its own, as Mosquitto is: with TLS as in production, or plain for the comparison.
 * Everything of it is real but the database behind the door: every certificate of the fleet CA is let in.
 */
import { type AddressInfo, createServer } from 'node:net'
import { pino } from 'pino'
import { listenForMqtt } from '../packages/server/src/broker/broker-listener.ts'
import { openBrokerMemory } from '../packages/server/src/broker/broker-memory.ts'
import { EmbeddedBroker } from '../packages/server/src/broker/embedded-broker.ts'
import type { DeviceAccess } from '../packages/server/src/devices/device-access.ts'
import type { ServerCertificate } from '../packages/server/src/tls/server-certificate.ts'
import { clientIdIn } from './fan-out-device.ts'

export interface BrokerJob {
  /** The caller's, who removes it. */
  readonly folder: string
  readonly product: string
  readonly cohort: string
  readonly tls?: { readonly certificate: ServerCertificate; readonly fleetCaPem: string }
}

export type BrokerMessage =
  | { readonly is: 'open'; readonly port: number }
  | { readonly is: 'published'; readonly atNs: string }

let broker: EmbeddedBroker | undefined

process.on('message', (message: BrokerJob | { topic: string; token: string }) => {
  if ('topic' in message) publish(message.topic, message.token)
  else void open(message)
})

function publish(topic: string, token: string): void {
  tell({ is: 'published', atNs: `${process.hrtime.bigint()}` })
  void broker?.publishRetained(topic, token)
}

async function open({ folder, product, cohort, tls }: BrokerJob): Promise<void> {
  const log = pino({ level: 'warn' })
  const memory = await openBrokerMemory(folder, log)
  const everybody: Pick<DeviceAccess, 'admit'> = {
    admit: async (shown) => ({ ...shown, cohort }),
  }
  const started = await EmbeddedBroker.start({
    access: everybody as DeviceAccess,
    traffic: {
      report: async () => {},
      presence: () => {},
      listening: () => {},
      strayed: () => {},
    },
    memory,
    log,
  })
  broker = started
  if (tls !== undefined) {
    const place = { address: '127.0.0.1', port: 0, setting: 'listen.mqtt' }
    const { port } = await listenForMqtt(started, { place, log, ...tls })
    tell({ is: 'open', port })
    return
  }
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once('data', (connect: Buffer) => {
      socket.pause()
      socket.unshift(connect)
      started.accept(socket, { product, device: clientIdIn(connect), serial: 'none' })
    })
  })
  server.listen(0, '127.0.0.1', () => {
    tell({ is: 'open', port: (server.address() as AddressInfo).port })
  })
}

function tell(message: BrokerMessage): void {
  process.send?.(message)
}
