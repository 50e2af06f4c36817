import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Facts } from '@fleetward/shared'
import { Aedes, type Client, type PublishPacket, type Subscription } from 'aedes'
import { type PemPair, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { MqttConnection } from './mqtt-connection.ts'

const COHORT = 'ota/1/lumen-g1/cohorts/pilot/manifest'
const OWN = 'ota/1/lumen-g1/devices/G1-0001/manifest'
const COMMAND = 'ota/1/lumen-g1/devices/G1-0001/command'
const REPORT = 'ota/1/lumen-g1/devices/G1-0001/report'
const PRESENCE = 'ota/1/lumen-g1/devices/G1-0001/presence'

let serverCa: TestAuthority
let fleetCa: TestAuthority
let pair: PemPair
let device: PemPair
const cleanups: (() => Promise<unknown>)[] = []

before(async () => {
  serverCa = await TestAuthority.create('server CA')
  fleetCa = await TestAuthority.create('fleet CA')
  pair = await serverCa.server()
  device = await fleetCa.device('lumen-g1', 'G1-0001')
})
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** A real broker behind real TLS, which can be stopped and started on the same port. */
class TestBroker {
  readonly aedes: Aedes
  readonly events = new EventEmitter()
  readonly commonNames: string[] = []
  #server: Server | undefined
  #sockets = new Set<TLSSocket>()
  port = 0

  constructor(aedes: Aedes) {
    this.aedes = aedes
    aedes.on('publish', (packet: PublishPacket, client: Client | null) => {
      if (client !== null) this.events.emit(packet.topic, packet)
    })
    aedes.on('subscribe', (subscriptions: Subscription[]) => {
      for (const { topic } of subscriptions) this.events.emit(`subscribed ${topic}`)
    })
  }

  async listen(): Promise<void> {
    const server = createServer(
      {
        cert: pair.certificate,
        key: pair.key,
        ca: fleetCa.pem,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.3',
      },
      (socket) => {
        this.commonNames.push(String(socket.getPeerCertificate().subject.CN))
        this.#sockets.add(socket)
        socket.on('close', () => this.#sockets.delete(socket))
        socket.on('error', () => {})
        this.aedes.handle(socket)
      },
    )
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    this.port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Bytes to every device, past the broker. */
  write(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  async stopListening(): Promise<void> {
    const closed = this.#server === undefined ? Promise.resolve() : once(this.#server, 'close')
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  publish(topic: string, payload: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const packet = {
      cmd: 'publish' as const,
      topic,
      payload,
      qos: 1 as const,
      retain: true,
      dup: false,
    }
    this.aedes.publish(packet, (error?: Error | null) => (error ? reject(error) : resolve()))
    return promise
  }
}

async function startBroker(): Promise<TestBroker> {
  const broker = new TestBroker(await Aedes.createBroker())
  await broker.listen()
  cleanups.push(async () => {
    await broker.stopListening()
    await new Promise<void>((resolve) => broker.aedes.close(resolve))
  })
  return broker
}

interface Line {
  readonly connection: MqttConnection
  readonly events: EventEmitter
  readonly messages: string[]
}

function connectTo(
  broker: { port: number },
  change: { ca?: string; identity?: PemPair; chance?: () => number } = {},
): Line {
  const events = new EventEmitter()
  const messages: string[] = []
  const { certificate, key } = change.identity ?? device
  const connection = new MqttConnection({
    broker: `mqtts://localhost:${broker.port}`,
    ca: change.ca ?? serverCa.pem,
    identity: () => ({ certificate, key }),
    product: 'lumen-g1',
    device: 'G1-0001',
    cohort: 'pilot',
    onMessage: (topic, payload) => {
      messages.push(`${topic} ${Buffer.from(payload).toString()}`)
      events.emit('message', topic)
    },
    onChange: (line, facts) => events.emit(line, facts),
    backoff: { firstDelayMs: 20, maxDelayMs: 80 },
    chance: change.chance ?? (() => 0.99),
  })
  cleanups.push(() => connection.stop())
  return { connection, events, messages }
}

test('receives the retained manifests of its cohort and its own, with its own certificate', async () => {
  const broker = await startBroker()
  await broker.publish(COHORT, 'for the cohort')
  await broker.publish(OWN, 'for the device')
  await broker.publish('ota/1/lumen-g1/cohorts/other/manifest', 'for others')
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  while (messages.length < 2) await once(events, 'message')
  assert.deepEqual(messages.sort(), [`${COHORT} for the cohort`, `${OWN} for the device`].sort())
  assert.deepEqual(broker.commonNames, ['G1-0001'])

  const message = once(events, 'message')
  await broker.publish(COMMAND, 'check now')
  assert.deepEqual(await message, [COMMAND])
})

test('a report counts as sent when the broker has acknowledged it', async () => {
  const broker = await startBroker()
  const { connection, events } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const arrived = once(broker.events, REPORT)
  await connection.send('token')
  const [packet] = (await arrived) as [PublishPacket]
  assert.equal(packet.payload.toString(), 'token')
  assert.equal(packet.qos, 1)
  assert.equal(packet.retain, false)
})

test('a report that is never acknowledged fails when the line breaks', async () => {
  const broker = await startBroker()
  broker.aedes.authorizePublish = (client, packet, done) => {
    if (packet.topic !== REPORT) return done(null)
    client?.conn.destroy()
  }
  const { connection, events } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  await assert.rejects(connection.send('token'), { code: 'TRANSFER_CUT_OFF' })
})

test('a report on a line that is not there fails at once', async () => {
  const { connection } = connectTo({ port: 1 })
  await assert.rejects(connection.send('token'), { code: 'SERVER_UNREACHABLE' })
})

test('says that it is there, and says goodbye', async () => {
  const broker = await startBroker()
  const { connection, events } = connectTo(broker)
  const said: PublishPacket[] = []
  broker.events.on(PRESENCE, (packet: PublishPacket) => said.push(packet))
  const online = once(events, 'online')
  connection.start()
  await online
  assert.equal(connection.isOnline, true)
  await connection.stop()
  assert.equal(connection.isOnline, false)
  assert.deepEqual(
    said.map(({ payload, retain }) => [payload.toString(), retain]),
    [
      ['online', true],
      ['offline', true],
    ],
  )
})

test('its last will says offline when it is gone without a word', async () => {
  const broker = await startBroker()
  const { connection, events } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const will = new Promise<string>((resolve) => {
    broker.aedes.on('publish', (packet: PublishPacket) => {
      if (packet.topic === PRESENCE) resolve(`${packet.payload} ${packet.retain}`)
    })
  })
  broker.events.removeAllListeners(PRESENCE)
  const away = once(events, 'offline')
  await broker.stopListening()
  await away
  await connection.stop()
  assert.equal(await will, 'offline true')
})

test('comes back when the broker does', async () => {
  const broker = await startBroker()
  const { connection, events } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const away = once(events, 'offline')
  await broker.stopListening()
  await away
  const back = once(events, 'online')
  await broker.listen()
  await back
  await connection.send('token')
})

test('waits longer after each failure, up to the maximum', async () => {
  const { connection, events } = connectTo({ port: 1 }, { chance: () => 0.5 })
  const delays: unknown[] = []
  connection.start()
  while (delays.length < 4) {
    const [facts] = (await once(events, 'offline')) as [Facts]
    delays.push(facts.retryInMs)
  }
  await connection.stop()
  assert.deepEqual(delays, [10, 20, 40, 40])
})

test('changing the cohort listens to the new one and no longer to the old', async () => {
  const broker = await startBroker()
  await broker.publish('ota/1/lumen-g1/cohorts/main/manifest', 'for the main cohort')
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const message = once(events, 'message')
  await connection.changeCohort('main')
  await message
  await broker.publish(COHORT, 'for the pilots')
  const last = once(events, 'message')
  await broker.publish(COMMAND, 'last')
  await last
  assert.deepEqual(messages, [
    'ota/1/lumen-g1/cohorts/main/manifest for the main cohort',
    `${COMMAND} last`,
  ])
})

test('a cohort that was closed is asked for again when the server assigns it', async () => {
  const broker = await startBroker()
  let isClosed = true
  broker.aedes.authorizeSubscribe = (_, subscription, done) => {
    done(null, isClosed && subscription.topic === COHORT ? null : subscription)
  }
  await broker.publish(COHORT, 'for the pilots')
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  isClosed = false
  const message = once(events, 'message')
  await connection.changeCohort(COHORT.split('/')[4] ?? '')
  await message
  assert.deepEqual(messages, [`${COHORT} for the pilots`])
})

test('a cohort that the broker refuses keeps nothing else from coming', async () => {
  const broker = await startBroker()
  broker.aedes.authorizeSubscribe = (_, subscription, done) => {
    done(null, subscription.topic === COHORT ? null : subscription)
  }
  await broker.publish(OWN, 'for the device')
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  const message = once(events, 'message')
  connection.start()
  const [facts] = (await online) as [Facts]
  assert.equal(facts.refused, COHORT)
  await message
  assert.deepEqual(messages, [`${OWN} for the device`])
})

test('a broker that grants QoS 0 alone is listened to all the same, and asked for no more', async () => {
  const broker = await startBroker()
  const asked: number[] = []
  broker.aedes.authorizeSubscribe = (_, subscription, done) => {
    asked.push(subscription.qos)
    done(null, subscription.qos === 0 ? subscription : null)
  }
  await broker.publish(COHORT, 'for the cohort')
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  const message = once(events, 'message')
  connection.start()
  const [facts] = (await online) as [Facts]
  assert.equal(facts.refused, undefined)
  await message
  assert.deepEqual(messages, [`${COHORT} for the cohort`])
  assert.deepEqual(asked, [1, 0, 0, 0])
})

test('a broker that refuses the certificate is not mistaken for one that accepts it', async () => {
  const broker = await startBroker()
  const stranger = await (await TestAuthority.create('another fleet')).device('lumen-g1', 'G1-0001')
  const { connection, events } = connectTo(broker, { identity: stranger })
  let wasOnline = false
  events.on('online', () => {
    wasOnline = true
  })
  const away = once(events, 'offline')
  connection.start()
  await away
  assert.equal(wasOnline, false)
  assert.equal(connection.isOnline, false)
})

test('speaks to no broker of another authority', async () => {
  const broker = await startBroker()
  const { connection, events } = connectTo(broker, { ca: fleetCa.pem })
  const away = once(events, 'offline')
  connection.start()
  await away
  assert.deepEqual(broker.commonNames, [])
})

test('hangs up on a packet above the limit instead of gathering it', async () => {
  const broker = await startBroker()
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const away = once(events, 'offline')
  // PUBLISH that announces 256 MiB.
  broker.write(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f))
  const [facts] = (await away) as [Facts]
  assert.equal(facts.code, 'TRANSFER_CUT_OFF')
  assert.deepEqual(messages, [])
})

test('passes on nothing from a topic it did not ask for', async () => {
  const broker = await startBroker()
  const { connection, events, messages } = connectTo(broker)
  const online = once(events, 'online')
  connection.start()
  await online
  const topic = Buffer.from('ota/1/lumen-g1/devices/G1-0002/command')
  const body = Buffer.concat([Buffer.of(0, topic.length), topic, Buffer.from('x')])
  broker.write(Buffer.concat([Buffer.of(0x30, body.length), body]))
  const last = once(events, 'message')
  await broker.publish(COMMAND, 'last')
  await last
  assert.deepEqual(messages, [`${COMMAND} last`])
})

test('stopping while the broker is away ends at once', async () => {
  const { connection, events } = connectTo({ port: 1 })
  const away = once(events, 'offline')
  connection.start()
  await away
  await connection.stop()
})
