/**
 * What the server says at a broker that is not ours: manifests and commands, each acknowledged or failed. Nothing
 * is kept for a broker that is away, and nothing sent again behind the caller's back: the caller
 * tries again, with newer bytes.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { HealthRecord } from './broker-health.ts'

const PUBLISH_TIMEOUT_MS = 10_000

export interface LineOptions {
  readonly url: string
  readonly options: IClientOptions
  readonly now: () => Date
  readonly log: Logger
  /** Each time it is connected, the first time too. */
  readonly onConnected: () => void
}

export class BrokerLine {
  readonly #client: MqttClient
  readonly #record: HealthRecord
  /** By message number: what fails whatever is not acknowledged yet. */
  readonly #underWay = new Map<number, (reason: Error) => void>()

  constructor({ url, options, now, log, onConnected }: LineOptions) {
    this.#record = new HealthRecord(now, false)
    this.#client = connect(url, options)
    this.#client.on('connect', () => {
      this.#record.reachable()
      onConnected()
    })
    this.#client.on('error', (error) => {
      this.#record.away(reasonOf(error))
      log.warn({ err: error }, 'the broker refused or failed')
    })
    this.#client.on('close', () => {
      this.#record.away()
      const reason = new Error('The broker went away before it answered')
      for (const fail of [...this.#underWay.values()]) fail(reason)
    })
    this.#client.on('offline', () =>
      log.warn('the broker is away; what was not published is when it is back'),
    )
  }

  get isConnected(): boolean {
    return this.#client.connected
  }

  get health() {
    return this.#record.health
  }

  /** Resolves when the broker has acknowledged it. */
  async publish(topic: string, payload: string, { retain }: { retain: boolean }): Promise<void> {
    if (!this.#client.connected) throw new Error('The broker is away')
    const sent = this.#client.publishAsync(topic, payload, { qos: 1, retain })
    const id = this.#client.getLastMessageId()
    const { promise: failed, reject } = Promise.withResolvers<never>()
    const fail = (reason: Error) => {
      this.#underWay.delete(id)
      reject(reason)
      // MQTT.js would send it again after a reconnection, when its caller has long gone on.
      this.#client.removeOutgoingMessage(id)
    }
    this.#underWay.set(id, fail)
    const late = () => fail(new Error('The broker did not answer'))
    const timer = setTimeout(late, PUBLISH_TIMEOUT_MS)
    try {
      await Promise.race([failed, sent])
    } finally {
      sent.catch(() => {})
      clearTimeout(timer)
      this.#underWay.delete(id)
    }
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true)
  }
}

/** An error that gathers several, one for each address, has no message of its own. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return 'code' in error ? String(error.code) : error.name
}
