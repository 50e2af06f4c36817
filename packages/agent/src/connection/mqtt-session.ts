/**
 * One connection to the broker, from CONNECT to its end; it is never connected a second time. MQTT.js is
 * loaded when the first session opens: it is half of what the agent takes in memory.
 */
import type { Duplex } from 'node:stream'
import { type Facts, TransferError } from '@fleetward/shared'
import type { MqttClient } from 'mqtt'

/** protocol §8.3: few packets for many devices; a broken line is noticed within one and a half. */
const KEEPALIVE_SECONDS = 300
const CONNACK_TIMEOUT_MS = 30_000
const ACKNOWLEDGEMENT_TIMEOUT_MS = 30_000
const GOODBYE_TIMEOUT_MS = 3_000

export interface OpenSession {
  /** A promise where the way to the broker has to be made first. */
  readonly openStream: () => Duplex | Promise<Duplex>
  readonly clientId: string
  readonly presenceTopic: string
  /** Asked for when the connection is accepted. */
  readonly topics: () => readonly string[]
  /** With what to subscribe; what the broker granted last is asked for first. */
  readonly subscribesAt: { qos: 0 | 1 }
  readonly onMessage: (topic: string, payload: Uint8Array) => void
  /** After CONNACK and SUBACK, with the topics that the broker refused. */
  readonly onAccepted: (facts: Facts) => void
  /** Once, with why the connection is over; undefined when {@link MqttSession.end} ended it. */
  readonly onClosed: (reason: unknown) => void
}

export class MqttSession {
  readonly #options: OpenSession
  readonly #closed = Promise.withResolvers<void>()
  readonly #topics = new Set<string>()
  readonly #waiting = new Set<() => void>()
  #client: MqttClient | undefined
  #isOver = false
  #reason: unknown

  /**
   * Only CONNACK proves it: under TLS 1.3 the client's handshake is done before the broker has looked
   * at its certificate.
   */
  isAccepted = false

  constructor(options: OpenSession) {
    this.#options = options
    this.#open().catch((error: unknown) => this.#close(error))
  }

  async publish(topic: string, payload: string, { retain = false } = {}): Promise<void> {
    const client = this.#require()
    await this.#acknowledged(client.publishAsync(topic, payload, { qos: 1, retain }))
  }

  /** Returns the topics that the broker refused; the rest is subscribed. */
  async subscribe(topics: readonly string[]): Promise<string[]> {
    const client = this.#require()
    const refused: string[] = []
    // One packet each: a refusal of one topic then says nothing about the others.
    for (const topic of topics) {
      this.#topics.add(topic)
      if (await this.#isGranted(client, topic)) continue
      this.#topics.delete(topic)
      refused.push(topic)
    }
    return refused
  }

  /**
   * A broker may let a device listen at QoS 0 alone (protocol §8.3): what is missed then is retained, or signed anew
   * when the device connects.
   */
  async #isGranted(client: MqttClient, topic: string): Promise<boolean> {
    const { subscribesAt } = this.#options
    for (const qos of subscribesAt.qos === 1 ? ([1, 0] as const) : ([0] as const)) {
      try {
        await this.#acknowledged(client.subscribeAsync(topic, { qos }))
        subscribesAt.qos = qos
        return true
      } catch (error) {
        if (this.#isOver || error instanceof TransferError) throw error
      }
    }
    return false
  }

  async unsubscribe(topic: string): Promise<void> {
    this.#topics.delete(topic)
    await this.#acknowledged(this.#require().unsubscribeAsync(topic))
  }

  /** Publishes `offline`, disconnects; whatever the other side does, the connection ends in time. */
  async end(): Promise<void> {
    const client = this.#client
    if (this.isAccepted && !this.#isOver) {
      const patience = after(GOODBYE_TIMEOUT_MS)
      const goodbye = this.publish(this.#options.presenceTopic, 'offline', { retain: true })
      await Promise.race([goodbye.catch(() => {}), patience])
      client?.end(false)
      await Promise.race([this.#closed.promise, patience])
    }
    this.#close(undefined)
    client?.stream.destroy()
    client?.end(true)
  }

  #close(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const cutOff of this.#waiting) cutOff()
    this.#closed.resolve()
    this.#options.onClosed(reason)
  }

  async #open(): Promise<void> {
    const { MqttClient } = await import('mqtt')
    if (this.#isOver) return
    const { openStream, clientId, presenceTopic, onMessage } = this.#options
    const stream = await openStream()
    if (this.#isOver) {
      stream.destroy()
      return
    }
    const client = new MqttClient(() => stream, {
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNACK_TIMEOUT_MS,
      reconnectPeriod: 0, // The next connection is another session's.
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: presenceTopic, payload: Buffer.from('offline'), qos: 1, retain: true },
    })
    this.#client = client
    client.stream.on('error', (error) => {
      this.#reason ??= error
    })
    client.on('error', (error) => {
      this.#reason ??= error
      client.stream.destroy()
    })
    client.on('close', () => this.#close(this.#reason))
    client.on('message', (topic, payload) => {
      // Only what was asked for, whatever the broker sends.
      if (this.#topics.has(topic)) onMessage(topic, payload)
    })
    client.once('connect', () => {
      this.isAccepted = true
      this.#introduce().catch((error: unknown) => {
        this.#reason ??= error
        client.stream.destroy()
      })
    })
  }

  async #introduce(): Promise<void> {
    const refused = await this.subscribe(this.#options.topics())
    await this.publish(this.#options.presenceTopic, 'online', { retain: true })
    this.#options.onAccepted(refused.length === 0 ? {} : { refused: refused.join(' ') })
  }

  #require(): MqttClient {
    if (this.#client !== undefined && this.isAccepted && !this.#isOver) return this.#client
    throw new TransferError('SERVER_UNREACHABLE', { line: 'offline' })
  }

  /** MQTT.js forgets waiting callers when a connection breaks in some ways; nobody waits for ever. */
  async #acknowledged(acknowledgement: Promise<unknown>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const timer = setTimeout(
      () => reject(new TransferError('TRANSFER_TOO_SLOW', { line: 'no acknowledgement' })),
      ACKNOWLEDGEMENT_TIMEOUT_MS,
    )
    const cutOff = () => reject(new TransferError('TRANSFER_CUT_OFF', { line: 'closed' }))
    acknowledgement.then(resolve, (error: unknown) => {
      if (this.#isOver || !isRefusal(error)) cutOff()
      else reject(error)
    })
    this.#waiting.add(cutOff)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(cutOff)
    }
  }
}

/** SUBACK 0x80, MQTT 3.1.1 §3.9.3; MQTT.js gives the packet with the error. */
function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'packet' in error
}

async function after(delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  timer.unref()
  await promise
}
