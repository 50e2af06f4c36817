/**
 * Thousands of devices in a process of their own, TLS 1.3 with a key and a certificate each. They enrol once, and
 * then connect to one broker after the other. A manifest is verified once and then compared byte for byte: so many
 * verifications in one process would be what is measured, and not the server.
 */
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import {
  cohortAudience,
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  importKeySet,
  verifyManifest,
} from '@fleetward/shared'
import { type EnrolledDevice, type EnrolmentPlace, enrolDevice } from '../enrolled-device.ts'
import { simulateDevice } from '../support/simulated-device.ts'
import type { FleetMessage } from './fan-out-fleet.ts'

export interface LargeFleetJob extends EnrolmentPlace {
  readonly product: string
  readonly cohort: string
  /** One per device. */
  readonly tokens: readonly string[]
  /** JWKS of the director. */
  readonly keySet: string
}

/** They connect and stay until the next message, which is no place. */
export interface BrokerPlace {
  readonly port: number
  readonly ca: string
}

const AT_ONCE = 30

process.once('message', (job: LargeFleetJob) => void run(job))

async function run(job: LargeFleetJob): Promise<void> {
  const devices: EnrolledDevice[] = []
  await inBatches(job.tokens.length, async (number) => {
    const name = { product: job.product, device: nameOf(number) }
    devices[number] = await enrolDevice(job, name, job.tokens[number] ?? '')
  })
  let next = once(process, 'message')
  tell({ is: 'enrolled' })
  for (;;) {
    const [place] = (await next) as [BrokerPlace]
    await stay(job, place, devices)
    next = once(process, 'message')
    tell({ is: 'gone' })
  }
}

async function stay(
  { product, cohort, keySet }: LargeFleetJob,
  { port, ca }: BrokerPlace,
  devices: readonly EnrolledDevice[],
): Promise<void> {
  const keys = await importKeySet(Buffer.from(keySet))
  const audience = cohortAudience(product, cohort)
  let round: { readonly token: Buffer; missing: number } | undefined
  const known = new Set<string>()
  let isEverybodyThere = false
  const receive = (token: Buffer) => {
    // What is retained from before reaches them as they come, the last ones after their subscription.
    if (!isEverybodyThere) known.add(token.toString('latin1'))
    if (round?.token.equals(token) !== true && known.has(token.toString('latin1'))) return
    round ??= { token, missing: devices.length }
    if (!round.token.equals(token)) throw new Error('two manifests in one round')
    round.missing -= 1
    if (round.missing > 0) return
    round = undefined
    const lastNs = `${process.hrtime.bigint()}`
    known.add(token.toString('latin1'))
    const facts = { keys, product, audience, now: Math.floor(Date.now() / 1000) }
    void verifyManifest(token.toString(), facts).then(({ offers }) => {
      const offered = offers.find(({ withdrawn }) => withdrawn !== true)?.rollout
      tell({ is: 'round', lastNs, offered })
    })
  }
  const sockets: TLSSocket[] = []
  await inBatches(devices.length, async (number) => {
    const name = nameOf(number)
    const place = { port, host: '127.0.0.1', minVersion: 'TLSv1.3' } as const
    const socket = connect({ ...place, ...devices[number]?.identity, ca })
    const topics = [
      ...[cohortManifestTopic(product, cohort), deviceManifestTopic(product, name)],
      commandTopic(product, name),
    ]
    await simulateDevice(socket, name, topics, receive).ready
    sockets[number] = socket
  })
  isEverybodyThere = true
  const leave = once(process, 'message')
  tell({ is: 'ready' })
  await leave
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close')
      socket.destroy()
      return closed
    }),
  )
}

async function inBatches(count: number, work: (number: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - first)
    await Promise.all(Array.from({ length: size }, (_, index) => work(first + index)))
  }
}

const nameOf = (number: number) => `device-${number}`

function tell(message: FleetMessage | { readonly is: 'enrolled' | 'gone' }): void {
  process.send?.(message)
}
