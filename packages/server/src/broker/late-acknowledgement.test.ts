import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Aedes, type Client } from 'aedes'
import { connect, type IPublishPacket } from 'mqtt'
import { acknowledgeLate } from './late-acknowledgement.ts'

/** A real broker, and a client whose work a test ends by hand. */
async function site(t: TestContext, options: { keepalive?: number } = {}) {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    aedes.handle(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const acknowledged: string[] = []
  // Typed without the message that it brings.
  const events: EventEmitter = aedes
  events.on('ack', (packet: { payload?: Buffer } | undefined, client: Client) => {
    if (client.id === 'server' && packet?.payload) acknowledged.push(packet.payload.toString())
  })
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = connect(url, {
    ...{ clientId: 'server', clean: false, reconnectPeriod: 50, resubscribe: false },
    ...options,
  })
  const work = new Map<string, PromiseWithResolvers<void>>()
  const taken: string[] = []
  const arrived = new Map<string, () => void>()
  const late = acknowledgeLate(client, ({ payload }: IPublishPacket) => {
    const text = payload.toString()
    taken.push(text)
    const pending = Promise.withResolvers<void>()
    work.set(text, pending)
    arrived.get(text)?.()
    return pending.promise
  })
  t.after(async () => {
    await client.endAsync(true)
    for (const socket of sockets) socket.destroy()
    server.close()
    await new Promise<void>((resolve) => aedes.close(resolve))
  })
  await once(client as unknown as EventEmitter, 'connect')
  await client.subscribeAsync('reports', { qos: 1 })
  const say = (payload: string) =>
    new Promise<void>((resolve, reject) => {
      const packet = { cmd: 'publish', topic: 'reports', payload, qos: 1, dup: false } as const
      aedes.publish({ ...packet, retain: false }, (error) => (error ? reject(error) : resolve()))
    })
  /** Resolves when the client has it in hands. */
  const taking = (text: string) =>
    work.has(text)
      ? Promise.resolve()
      : new Promise<void>((resolve) => void arrived.set(text, resolve))
  const durable = (text: string) => work.get(text)?.resolve()
  const breakLine = async () => {
    const again = once(client as unknown as EventEmitter, 'connect')
    for (const socket of sockets) socket.destroy()
    await again
  }
  return { client, late, say, taking, taken, work, durable, acknowledged, breakLine, aedes }
}

const acks = (aedes: Aedes) => once(aedes as unknown as EventEmitter, 'ack')

test('a message is acknowledged when its work is done, and others are taken meanwhile', async (t) => {
  const { say, taking, durable, acknowledged, late, aedes } = await site(t)
  for (const text of ['1', '2', '3']) await say(text)
  for (const text of ['1', '2', '3']) await taking(text)
  assert.equal(late.underWay, 3)
  assert.deepEqual(acknowledged, [])
  const ack = acks(aedes)
  durable('1')
  await ack
  assert.deepEqual(acknowledged, ['1'])
  assert.equal(late.underWay, 2)
})

test('acknowledgements leave in the order of the messages', async (t) => {
  const { say, taking, durable, acknowledged, late } = await site(t)
  for (const text of ['1', '2', '3']) await say(text)
  for (const text of ['1', '2', '3']) await taking(text)
  durable('3')
  durable('2')
  // Something else the client sends afterwards has arrived, and they have not.
  assert.deepEqual(acknowledged, [])
  durable('1')
  await late.settled()
  while (acknowledged.length < 3) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(acknowledged, ['1', '2', '3'])
})

test('what was not done when the line broke comes again, and an old line’s work acknowledges nothing', async (t) => {
  const { say, taking, taken, work, durable, acknowledged, breakLine, late } = await site(t)
  await say('1')
  await taking('1')
  const old = work.get('1')
  work.delete('1')
  await breakLine()
  await taking('1')
  assert.deepEqual(taken, ['1', '1'])
  old?.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(late.underWay, 1)
  assert.deepEqual(acknowledged, [])
  durable('1')
  await late.settled()
  while (acknowledged.length < 1) await new Promise((resolve) => setImmediate(resolve))
})

test('a message whose work fails is not acknowledged', async (t) => {
  const { say, taking, work, acknowledged, late } = await site(t)
  await say('1')
  await taking('1')
  work.get('1')?.reject(new Error('the server stops'))
  await late.settled()
  assert.deepEqual(acknowledged, [])
})

test('work that takes longer than the keepalive does not cost the connection', async (t) => {
  const { client, say, taking } = await site(t, { keepalive: 1 })
  await say('1')
  await taking('1')
  let closed = false
  client.on('close', () => {
    closed = true
  })
  // Two answers to pings prove it; MQTT.js gives up after one and a half keepalives without.
  for (let pings = 0; pings < 2; pings += 1) {
    await new Promise<void>((resolve) => {
      client.once('packetreceive', function heard({ cmd }) {
        if (cmd === 'pingresp') resolve()
        else client.once('packetreceive', heard)
      })
    })
  }
  assert.equal(closed, false)
})
