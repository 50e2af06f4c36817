/**
 * The least that speaks MQTT 3.1.1 as a device: CONNECT, one SUBSCRIBE, PUBACK for what comes, PUBLISH of what it has to say. A full client
 * library times a thousand would be what is measured, not the server.
 */
import type { Duplex } from 'node:stream'

const CONNACK = 2
const PUBLISH = 3
const PUBACK = 4
const SUBACK = 9

export interface SimulatedDevice {
  /** Settles when all subscriptions are granted. */
  readonly ready: Promise<void>
  /** QoS 1; settles when it is acknowledged. */
  publish(topic: string, payload: string): Promise<void>
}

export function simulateDevice(
  connection: Duplex,
  id: string,
  topics: readonly string[],
  onMessage: (payload: Buffer) => void,
): SimulatedDevice {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  const unacknowledged = new Map<number, () => void>()
  let lastId = 1
  let unread: Buffer = Buffer.alloc(0)
  connection.on('error', reject)
  connection.on('close', () => reject(new Error(`${id} was disconnected`)))
  connection.on('data', (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk])
    for (let packet = nextPacket(unread); packet !== undefined; packet = nextPacket(unread)) {
      unread = unread.subarray(packet.end)
      if (packet.type === CONNACK) {
        if (packet.body[1] !== 0) reject(new Error(`CONNACK ${packet.body[1]}`))
        else connection.write(subscribe(topics))
      } else if (packet.type === SUBACK) {
        if (packet.body.includes(128, 2)) reject(new Error('SUBACK 128'))
        else resolve()
      } else if (packet.type === PUBACK) {
        const messageId = packet.body.readUInt16BE(0)
        unacknowledged.get(messageId)?.()
        unacknowledged.delete(messageId)
      } else if (packet.type === PUBLISH) {
        const afterTopic = 2 + packet.body.readUInt16BE(0)
        const hasId = packet.qos > 0
        if (hasId) {
          const messageId = packet.body.subarray(afterTopic, afterTopic + 2)
          connection.write(Buffer.concat([Buffer.of(0x40, 2), messageId]))
        }
        onMessage(packet.body.subarray(afterTopic + (hasId ? 2 : 0)))
      }
    }
  })
  connection.write(connect(id))
  return {
    ready,
    publish: (topic, payload) =>
      new Promise((acknowledged) => {
        lastId = (lastId % 65_535) + 1
        unacknowledged.set(lastId, acknowledged)
        connection.write(publish(topic, payload, lastId))
      }),
  }
}

/** Where {@link connect} puts the client id, for a listener without certificates. */
export function clientIdIn(connectPacket: Buffer): string {
  return connectPacket.subarray(14, 14 + connectPacket.readUInt16BE(12)).toString()
}

function connect(id: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.of(4, 2, 300 >> 8, 300 & 255), text(id)])
  return Buffer.concat([Buffer.of(0x10), lengthOf(body), body])
}

function subscribe(topics: readonly string[]): Buffer {
  const filters = topics.flatMap((topic) => [text(topic), Buffer.of(1)])
  const body = Buffer.concat([Buffer.of(0, 1), ...filters])
  return Buffer.concat([Buffer.of(0x82), lengthOf(body), body])
}

function publish(topic: string, payload: string, id: number): Buffer {
  const body = Buffer.concat([text(topic), Buffer.of(id >> 8, id & 255), Buffer.from(payload)])
  return Buffer.concat([Buffer.of(0x32), lengthOf(body), body])
}

/** MQTT 3.1.1 §2.2.3, up to 16,383 bytes. */
function lengthOf({ length }: Buffer): Buffer {
  return length < 128 ? Buffer.of(length) : Buffer.of((length & 0x7f) | 0x80, length >> 7)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes])
}

function nextPacket(
  bytes: Buffer,
): { type: number; qos: number; body: Buffer; end: number } | undefined {
  let length = 0
  for (let at = 1; at < 5; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte >= 0x80) continue
    const end = at + 1 + length
    if (bytes.length < end) return undefined
    const first = bytes.readUInt8(0)
    return { type: first >> 4, qos: (first >> 1) & 3, body: bytes.subarray(at + 1, end), end }
  }
  throw new Error('malformed length')
}
