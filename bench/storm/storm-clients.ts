/**
 * A fleet that comes back at once, in a process of its own: every device opens its TLS connection in the same
 * moment, and counts as accepted when the other side has answered it. The second storm resumes the sessions of the
 * first, as devices do that lost a server for a moment.
 */
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { type EnrolledDevice, type EnrolmentPlace, enrolDevice } from '../enrolled-device.ts'
import { simulateDevice } from '../support/simulated-device.ts'

export interface StormJob extends EnrolmentPlace {
  readonly product: string
  /** One per device. */
  readonly tokens: readonly string[]
}

export interface Storm {
  readonly port: number
  /** `mqtt` is answered with a CONNACK and a SUBACK, `bare` with a byte. */
  readonly speaks: 'mqtt' | 'bare'
}

/** Connects and stays, until the next message. */
export interface Crowd extends Storm {
  readonly stays: true
}

export type StormMessage =
  | { readonly is: 'enrolled' }
  | { readonly is: 'there' }
  | { readonly is: 'gone' }
  | { readonly is: 'accepted'; readonly fullMs: number; readonly resumedMs: number }

const ENROL_AT_ONCE = 20

interface Client {
  readonly name: string
  readonly topic: string
  readonly enrolled: EnrolledDevice
}

process.once('message', (job: StormJob) => void prepare(job))

async function prepare(job: StormJob): Promise<void> {
  const clients: Client[] = []
  for (let first = 0; first < job.tokens.length; first += ENROL_AT_ONCE) {
    const batch = job.tokens.slice(first, first + ENROL_AT_ONCE).map(async (token, index) => {
      const name = `device-${first + index}`
      const enrolled = await enrolDevice(job, { product: job.product, device: name }, token)
      return { name, enrolled, topic: `ota/1/${job.product}/devices/${name}/command` }
    })
    clients.push(...(await Promise.all(batch)))
  }
  const receive = (message: Storm | Crowd) => {
    if ('stays' in message) void stay(message, clients).then(() => process.once('message', receive))
    else void raise(message, clients).then(() => process.once('message', receive))
  }
  process.once('message', receive)
  tell({ is: 'enrolled' })
}

/** A few at a time: how fast they come is not what is looked at. */
async function stay({ port, speaks }: Crowd, clients: readonly Client[]): Promise<void> {
  const sockets: TLSSocket[] = []
  for (let first = 0; first < clients.length; first += ENROL_AT_ONCE) {
    const batch = clients.slice(first, first + ENROL_AT_ONCE).map(async (client) => {
      const place = { port, host: '127.0.0.1', minVersion: 'TLSv1.3' } as const
      const socket = connect({ ...place, ...client.enrolled.identity })
      await accepted(socket, client, speaks)
      return socket
    })
    sockets.push(...(await Promise.all(batch)))
  }
  const released = once(process, 'message')
  tell({ is: 'there' })
  await released
  await Promise.all(sockets.map(closed))
  tell({ is: 'gone' })
}

async function raise({ port, speaks }: Storm, clients: readonly Client[]): Promise<void> {
  const sessions = new Map<Client, Buffer>()
  const storm = async () => {
    const startMs = performance.now()
    const sockets = await Promise.all(
      clients.map(async (client) => {
        const session = sessions.get(client)
        const socket = connect({
          ...{ port, host: '127.0.0.1', minVersion: 'TLSv1.3', ...client.enrolled.identity },
          ...(session === undefined ? {} : { session }),
        })
        socket.on('session', (next) => sessions.set(client, next))
        await accepted(socket, client, speaks)
        return socket
      }),
    )
    const ms = performance.now() - startMs
    await Promise.all(sockets.map(closed))
    return ms
  }
  const fullMs = await storm()
  tell({ is: 'accepted', fullMs, resumedMs: await storm() })
}

async function accepted(socket: TLSSocket, client: Client, speaks: Storm['speaks']): Promise<void> {
  if (speaks === 'mqtt') return simulateDevice(socket, client.name, [client.topic], () => {}).ready
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`${client.name} was disconnected`)))
  })
}

function closed(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    // Said good-bye before anybody hears that it is gone: no storm is over until the next may begin.
    socket.removeAllListeners('close')
    socket.once('close', () => resolve())
    socket.destroy()
  })
}

function tell(message: StormMessage): void {
  process.send?.(message)
}
