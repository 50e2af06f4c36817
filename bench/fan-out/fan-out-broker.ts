/**
 * The embedded broker in a process of its own, as Mosquitto is, without TLS. Everything of it is real but the
 * door: who comes is believed and let in.
 */
import { type AddressInfo, createServer } from 'node:net'
import { pino } from 'pino'
import { openBrokerMemory } from '../../packages/server/src/broker/broker-memory.ts'
import { EmbeddedBroker } from '../../packages/server/src/broker/embedded-broker.ts'
import type { DeviceAccess } from '../../packages/server/src/enrolment/device-access.ts'
import { clientIdIn } from '../support/simulated-device.ts'

export interface BrokerJob {
  /** The caller's, who removes it. */
  readonly folder: string
  readonly product: string
  readonly cohort: string
}

export type BrokerMessage =
  | { readonly is: 'open'; readonly port: number }
  | { readonly is: 'published'; readonly atNs: string }

let broker: EmbeddedBroker | undefined

process.on('message', (message: BrokerJob | { topic: string; token: string }) => {
  if ('topic' in message) publish(message.topic, message.token)
  else void open(message)
})

const NO_KEY = Buffer.alloc(0)

function publish(topic: string, token: string): void {
  tell({ is: 'published', atNs: `${process.hrtime.bigint()}` })
  void broker?.publishRetained(topic, token)
}

async function open({ folder, product, cohort }: BrokerJob): Promise<void> {
  const log = pino({ level: 'warn' })
  const memory = await openBrokerMemory(folder, log)
  const everybody: Pick<DeviceAccess, 'admit'> = {
    admit: async (shown) => ({ ...shown, cohort, isQuarantined: false }),
  }
  const started = await EmbeddedBroker.start({
    access: everybody as DeviceAccess,
    traffic: {
      report: async () => {},
      reportFromCrowd: async () => {},
      connected: () => {},
      came: () => {},
      presence: () => {},
      listening: () => {},
      strayed: () => {},
      letIn: () => {},
    },
    memory,
    log,
  })
  broker = started
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once('data', (connect: Buffer) => {
      socket.pause()
      socket.unshift(connect)
      started.accept(socket, {
        product,
        device: clientIdIn(connect),
        serial: 'none',
        publicKey: NO_KEY,
      })
    })
  })
  server.listen(0, '127.0.0.1', () => {
    tell({ is: 'open', port: (server.address() as AddressInfo).port })
  })
}

function tell(message: BrokerMessage): void {
  process.send?.(message)
}
