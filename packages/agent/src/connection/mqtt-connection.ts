/**
 * The device's line to the broker (protocol §8): MQTT 3.1.1 over TLS 1.3 with the device's certificate,
 * three exact topics in, two out. One {@link Session} is one connection; this keeps having one, with
 * exponential backoff and full jitter in between, for as long as it is not stopped.
 *
 * Nothing that arrives is believed here: payloads go on as bytes. A message that was missed is
 * harmless, because manifests are retained and commands signed anew when the device connects.
 */

import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  codeOf,
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  type Facts,
  MQTT_PACKET_MAX_BYTES,
  presenceTopic,
  reportTopic,
  TransferError,
} from '@fleetward/shared'
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from '../core/backoff.ts'
import type { ReportChannel } from '../ports.ts'
import type { ClientIdentity } from './https-client.ts'
import { MqttSession, type OpenSession } from './mqtt-session.ts'
import { guardPackets } from './packet-guard.ts'
import { type HttpProxy, openTunnel } from './tunnel.ts'

/** A connection that lived shorter counts as another failure: a broker that drops us at once. */
const STABLE_AFTER_MS = 60_000

export interface MqttConnectionOptions {
  /** `mqtts://host:8883` */
  readonly broker: string | URL
  /** PEM; the only roots that count. */
  readonly ca: string
  /** Asked for at each connection, so a renewed certificate is used at the next one. */
  readonly identity: () => ClientIdentity
  readonly product: string
  readonly device: string
  readonly cohort: string
  readonly onMessage: (topic: string, payload: Uint8Array) => void
  /** For the log: each change of the line, with why it broke. */
  readonly onChange?: (line: 'online' | 'offline', facts: Facts) => void
  readonly proxy?: HttpProxy | undefined
  readonly backoff?: Backoff
  /** 0 ≤ x < 1 */
  readonly chance?: () => number
}

export class MqttConnection implements ReportChannel {
  readonly #options: MqttConnectionOptions
  #cohort: string
  #session: MqttSession | undefined
  readonly #subscribesAt: { qos: 0 | 1 } = { qos: 1 }
  #failures = 0
  #retry: NodeJS.Timeout | undefined
  #isRunning = false

  constructor(options: MqttConnectionOptions) {
    this.#options = options
    this.#cohort = options.cohort
  }

  get isOnline(): boolean {
    return this.#session?.isAccepted === true
  }

  /** Keeps connecting until {@link stop}; never fails. */
  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#connect()
  }

  /** Resolves on PUBACK: only then has the broker taken the report over (MQTT 3.1.1 §4.3.2). */
  async send(token: string): Promise<void> {
    const { product, device } = this.#options
    await this.#require().publish(reportTopic(product, device), token)
  }

  /**
   * The cohort the server assigned. Its manifests are asked for now, or at the next connection; also those of the
   * cohort it is in already, which may have been closed to it until now (protocol §6).
   */
  async changeCohort(cohort: string): Promise<void> {
    const before = this.#cohort
    this.#cohort = cohort
    if (!this.isOnline) return
    const { product } = this.#options
    if (cohort !== before) await this.#session?.unsubscribe(cohortManifestTopic(product, before))
    await this.#session?.subscribe([cohortManifestTopic(product, cohort)])
  }

  /**
   * Connects anew, with the identity of now: what a renewed certificate replaced is worth nothing at the
   * broker any more, and a line that stood on it could subscribe to nothing new.
   */
  async reconnect(): Promise<void> {
    if (!this.#isRunning) return
    clearTimeout(this.#retry)
    const session = this.#session
    this.#session = undefined
    await session?.end()
    if (this.#isRunning && this.#session === undefined) this.#connect()
  }

  /** Says goodbye, so that the last will is not sent; at most a few seconds. */
  async stop(): Promise<void> {
    this.#isRunning = false
    clearTimeout(this.#retry)
    const session = this.#session
    this.#session = undefined
    await session?.end()
  }

  #connect(): void {
    const startedMs = performance.now()
    const session = new MqttSession({
      ...this.#openSession(),
      onClosed: (reason) => {
        if (this.#session !== session) return
        this.#session = undefined
        const livedMs = session.isAccepted ? performance.now() - startedMs : 0
        this.#failures = livedMs >= STABLE_AFTER_MS ? 1 : this.#failures + 1
        this.#retryLater(reason)
      },
    })
    this.#session = session
  }

  #retryLater(reason: unknown): void {
    if (!this.#isRunning) return
    const { backoff = DEFAULT_BACKOFF, chance = Math.random, onChange } = this.#options
    const retryInMs = backoffMs(this.#failures, backoff, chance())
    onChange?.('offline', { ...factsOf(reason), retryInMs })
    this.#retry = setTimeout(() => this.#connect(), retryInMs)
  }

  #openSession(): Omit<OpenSession, 'onClosed'> {
    const { broker, ca, identity, product, device, proxy, onMessage, onChange } = this.#options
    const url = new URL(broker)
    const port = Number(url.port === '' ? 8883 : url.port)
    return {
      openStream: async () => {
        const { certificate, key } = identity()
        const tunnel = proxy === undefined ? undefined : await openTunnel(proxy, url.hostname, port)
        const stream = connectTls({
          // With a tunnel, host is still the name that the certificate must have.
          ...{ host: url.hostname, port },
          ...(tunnel === undefined ? {} : { socket: tunnel }),
          ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}),
          ca,
          cert: certificate,
          key,
          minVersion: 'TLSv1.3',
          rejectUnauthorized: true, // Not left to NODE_TLS_REJECT_UNAUTHORIZED.
        })
        guardPackets(stream, MQTT_PACKET_MAX_BYTES)
        return stream
      },
      clientId: device, // protocol §8.2: client id = common name = device id
      presenceTopic: presenceTopic(product, device),
      topics: () => [
        cohortManifestTopic(product, this.#cohort),
        deviceManifestTopic(product, device),
        commandTopic(product, device),
      ],
      subscribesAt: this.#subscribesAt,
      onMessage,
      onAccepted: (facts) => onChange?.('online', facts),
    }
  }

  #require(): MqttSession {
    if (this.#session?.isAccepted === true) return this.#session
    throw new TransferError('SERVER_UNREACHABLE', { line: 'offline' })
  }
}

/** What broke the line, without the message of a library: it may hold what a peer sent. */
function factsOf(reason: unknown): Facts {
  const known = codeOf(reason)
  if (known !== undefined) return { code: known.code, ...known.facts }
  const { code } = (reason ?? {}) as { code?: unknown }
  return typeof code === 'string' || typeof code === 'number' ? { reason: code } : {}
}
