/**
 * The broker in this process: aedes behind our own doors. TLS has verified the certificate before anything here
 * runs; here the certificate is held against the database, and each packet against the access rules.
 *
 * aedes acknowledges a QoS 1 message before it stores it. Reports are therefore taken inside
 * `authorizePublish`, which comes first: the acknowledgement means that the report is durable.
 */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { commandTopic, MQTT_PACKET_MAX_BYTES, parseTopic } from '@fleetward/shared'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import type { Logger } from 'pino'
import type { AdmittedDevice, DeviceAccess } from '../enrolment/device-access.ts'
import type { CertifiedDevice } from '../tls/device-identity.ts'
import { type DeviceAtBroker, maySubscribe, messageOf, refusalOfConnect } from './access-rules.ts'
import type { DeviceTraffic } from './broker.ts'
import type { BrokerMemory } from './broker-memory.ts'
import { PacketGuard } from './packet-guard.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** A device that takes nothing for this long is cut off: others wait for their turn. */
const DRAIN_TIMEOUT_MS = 10_000
/** Four times the protocol's 300 s (§8.3); above that, and at 0, a dead device would stay "online". */
const KEEPALIVE_MAX_SECONDS = 1200
/** CONNACK return codes, MQTT 3.1.1 §3.2.2.3. */
const IDENTIFIER_REJECTED = 2
const NOT_AUTHORIZED = 5
/** SUBACK return code, MQTT 3.1.1 §3.9.3. */
const SUBSCRIPTION_FAILED = 128

interface Session {
  readonly shown: CertifiedDevice
  readonly address: string | undefined
  /** Why CONNECT is going to be refused. */
  refusal: string | undefined
  listening: boolean
  /** Whether traffic knows of the connection. */
  isTold: boolean
  /** The look-up under way: the topics of one SUBSCRIBE are asked for together. */
  admitting: Promise<AdmittedDevice | undefined> | undefined
}

export interface EmbeddedBrokerPorts {
  readonly access: DeviceAccess
  readonly traffic: DeviceTraffic
  readonly memory: BrokerMemory
  readonly log: Logger
}

export class EmbeddedBroker {
  readonly #ports: EmbeddedBrokerPorts
  readonly #aedes: Aedes
  /** By connection, for as long as somebody holds the connection. */
  readonly #sessions = new WeakMap<object, Session>()
  readonly #clients = new Map<string, Client>()

  private constructor(ports: EmbeddedBrokerPorts) {
    this.#ports = ports
    this.#aedes = new Aedes({
      persistence: ports.memory,
      // No limit on messages under way at once: a device that does not read must not hold up others.
      concurrency: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      keepaliveLimit: KEEPALIVE_MAX_SECONDS,
      maxClientsIdLength: 64,
      maxTopicLevels: 8,
      preConnect: (client, packet, done) => {
        const session = this.#sessionOf(client)
        if (session !== undefined) session.refusal = refusalOfConnect(session.shown, packet)
        done(null, session !== undefined)
      },
      authenticate: (client, _username, _password, done) => {
        this.#authenticate(client).then(
          () => done(null, true),
          (error: AuthenticateError) => done(error, null),
        )
      },
      authorizeSubscribe: (client, subscription, done) => {
        this.#maySubscribe(client, subscription.topic).then(
          (may) => done(null, may ? subscription : null),
          (error: Error) => done(error),
        )
      },
      authorizePublish: (client, packet, done) => {
        this.#takeMessage(client, packet).then(() => done(), done)
      },
    })
    this.#aedes.on('client', (client) => this.#clients.set(client.id, client))
    this.#aedes.on('clientDisconnect', (client) => this.#gone(client))
    this.#aedes.on('subscribe', (subscriptions, client) => {
      for (const { topic, qos } of subscriptions) {
        if (Number(qos) !== SUBSCRIPTION_FAILED) this.#subscribed(client, topic)
      }
    })
    this.#aedes.on('clientError', (client, error) => this.#refused(client, error))
    this.#aedes.on('connectionError', (client, error) => this.#refused(client, error))
    // Typed for clients only, but aedes emits its own troubles too, and an unheard one ends the process.
    const emitter: EventEmitter = this.#aedes
    emitter.on('error', (error) => ports.log.error({ err: error }, 'the broker has a problem'))
  }

  static async start(ports: EmbeddedBrokerPorts): Promise<EmbeddedBroker> {
    const broker = new EmbeddedBroker(ports)
    await broker.#aedes.listen()
    return broker
  }

  /** A connection whose certificate the fleet CA has signed for `shown`. */
  accept(connection: Duplex, shown: CertifiedDevice, address?: string): void {
    const guarded = new PacketGuard(connection, {
      packetMaxBytes: MQTT_PACKET_MAX_BYTES,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    })
    this.#sessions.set(guarded, {
      shown,
      address,
      refusal: undefined,
      listening: false,
      isTold: false,
      admitting: undefined,
    })
    this.#aedes.handle(guarded)
  }

  /** Resolves when it is retained; the devices that listen now get it in their own time. */
  async publishRetained(topic: string, token: string): Promise<void> {
    const payload = Buffer.from(token)
    await this.#ports.memory.storeRetained(retained(topic, payload))
    if (payload.length > 0) this.#send(topic, payload)
  }

  canReach(device: string): boolean {
    const client = this.#clients.get(device)
    return client !== undefined && this.#sessionOf(client)?.listening === true
  }

  async sendCommand(product: string, device: string, token: string): Promise<boolean> {
    if (!this.canReach(device)) return false
    this.#send(commandTopic(product, device), Buffer.from(token))
    return true
  }

  disconnect(device: string): void {
    this.#clients.get(device)?.close()
  }

  /** What was subscribed to before and is closed now is taken back. */
  topicsChanged(who: DeviceAtBroker): void {
    const client = this.#clients.get(who.device)
    if (client === undefined) return
    const { subscriptions } = client as unknown as { subscriptions: Record<string, unknown> }
    for (const topic of Object.keys(subscriptions)) {
      if (!maySubscribe(who, topic)) {
        client.unsubscribe({ cmd: 'unsubscribe', unsubscriptions: [topic] }, () => {})
      }
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(resolve))
    await this.#ports.memory.destroy()
  }

  #send(topic: string, payload: Buffer): void {
    const packet = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false } as const
    this.#aedes.publish(packet, (error) => {
      if (error) this.#ports.log.warn({ err: error, topic }, 'a message was not delivered')
    })
  }

  #sessionOf(client: Client): Session | undefined {
    return this.#sessions.get(client.conn)
  }

  async #authenticate(client: Client): Promise<void> {
    const session = this.#sessionOf(client)
    // Client id = common name = device id (protocol §8.2).
    if (session === undefined || client.id !== session.shown.device) {
      throw refuse('CLIENT_ID_WRONG', IDENTIFIER_REJECTED)
    }
    if (session.refusal !== undefined) throw refuse(session.refusal, NOT_AUTHORIZED)
    if ((await this.#ports.access.admit(session.shown)) === undefined) {
      throw refuse('DEVICE_NOT_ADMITTED', NOT_AUTHORIZED)
    }
    this.#ports.traffic.connected(session.shown, session.address)
  }

  /** The cohort is asked for each time: the operator may have changed it since the device connected. */
  async #maySubscribe(client: Client, filter: string): Promise<boolean> {
    const session = this.#sessionOf(client)
    if (session === undefined) return false
    session.admitting ??= this.#ports.access.admit(session.shown).finally(() => {
      session.admitting = undefined
    })
    const admitted = await session.admitting
    if (admitted === undefined) return false
    if (maySubscribe(admitted, filter)) return true
    this.#ports.log.warn(
      { device: admitted.device, filter: filter.slice(0, 200) },
      'no such access',
    )
    if (parseTopic(filter)?.leaf === 'manifest') this.#ports.traffic.strayed(admitted)
    return false
  }

  async #takeMessage(
    client: Client | null,
    packet: { topic: string; qos: number; retain: boolean; payload: string | Buffer },
  ): Promise<void> {
    const payload = Buffer.from(packet.payload)
    // The will of a device whose broker ended without telling: checked when the device connected.
    if (client === null) return
    const session = this.#sessionOf(client)
    const message = session && messageOf(session.shown, { ...packet, payload })
    if (session === undefined || message === undefined) throw new Error('PUBLISH_FORBIDDEN')
    if (message.kind === 'report') await this.#ports.traffic.report(session.shown, message.token)
    else this.#present(session, message.online)
  }

  #subscribed(client: Client, topic: string): void {
    const session = this.#sessionOf(client)
    if (session === undefined) return
    if (topic !== commandTopic(session.shown.product, session.shown.device)) return
    session.listening = true
    this.#tellOnce(session)
    this.#ports.traffic.listening(session.shown)
  }

  #gone(client: Client): void {
    // Another connection of the same device may have taken its place already.
    if (this.#clients.get(client.id) !== client) return
    this.#clients.delete(client.id)
    const session = this.#sessionOf(client)
    if (session !== undefined) this.#present(session, false)
  }

  #present(session: Session, isOnline: boolean): void {
    this.#tellOnce(session)
    this.#ports.traffic.presence(session.shown, isOnline)
  }

  /** With what is written of it anyway: CONNECT alone writes nothing. */
  #tellOnce(session: Session): void {
    if (session.isTold) return
    session.isTold = true
    this.#ports.traffic.came(session.shown)
  }

  #refused(client: Client, error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
    this.#ports.log.info(
      { device: this.#sessionOf(client)?.shown.device, code },
      'connection to the broker ended',
    )
  }
}

function refuse(reason: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(reason), { returnCode })
}

function retained(topic: string, payload: Buffer) {
  return { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: true } as const
}
