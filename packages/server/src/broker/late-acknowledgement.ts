/**
 * Acknowledges a message when what it said is durable, and takes further messages meanwhile. MQTT.js waits
 * with everything for the one it is at, its own pings included: reports came one by one, and a database
 * that was away longer than the keepalive cost the connection. Here its PUBACK is held back instead.
 *
 * Acknowledgements leave in the order of the messages (MQTT 3.1.1 §4.6). Those of a connection that broke
 * are dropped: the broker delivers again, and may use their numbers for other messages.
 */
import type { IPublishPacket, MqttClient, Packet } from 'mqtt'

/** Beyond this many the connection waits: messages of QoS 0 have no other bound. */
const UNDER_WAY_MAX_COUNT = 1024

/** What MQTT.js calls for each packet it sends; private there, so a test watches over it. */
type SendPacket = (packet: Packet, done?: (error?: Error) => void, ...rest: unknown[]) => void

export interface LateAcknowledgements {
  /** Messages taken and not acknowledged yet. */
  readonly underWay: number
  /** Resolves once nothing is under way, or the connection is gone. */
  settled(): Promise<void>
}

/** `take` rejects when the message should come again after a reconnection. */
export function acknowledgeLate(
  client: MqttClient,
  take: (packet: IPublishPacket) => Promise<void>,
): LateAcknowledgements {
  const inner = client as unknown as { _sendPacket: SendPacket }
  const send = inner._sendPacket.bind(client)
  const taken = new Map<number, Promise<boolean>>()
  let connection = 0
  let underWay = 0
  let working = 0
  let last: Promise<void> = Promise.resolve()

  client.on('close', () => {
    connection += 1
    taken.clear()
    last = Promise.resolve()
    underWay = 0
  })

  client.handleMessage = (packet, done) => {
    working += 1
    const work = take(packet)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        working -= 1
      })
    if (packet.qos > 0 && packet.messageId !== undefined) taken.set(packet.messageId, work)
    if (working < UNDER_WAY_MAX_COUNT) done()
    else void work.then(() => done())
  }

  inner._sendPacket = (packet, done, ...rest) => {
    const work = packet.cmd === 'puback' ? taken.get(packet.messageId ?? 0) : undefined
    if (work === undefined) return send(packet, done, ...rest)
    taken.delete(packet.messageId ?? 0)
    done?.()
    const of = connection
    underWay += 1
    last = last.then(async () => {
      const isDone = await work
      if (of !== connection) return
      underWay -= 1
      // Without an acknowledgement the broker delivers it again, on the next connection.
      if (isDone && client.connected) send(packet)
    })
  }

  return {
    get underWay() {
      return underWay
    },
    settled: async () => {
      while (underWay > 0 && client.connected) await last
    },
  }
}
