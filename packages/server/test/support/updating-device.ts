/**
 * A device in memory that does what its manifests say: follows its topics at the broker over every interruption, takes
 * an offer when its position is in the share, and reports each step, signed. It remembers what a server must not do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  type Manifest,
  presenceTopic,
  reportTopic,
  sharePosition,
} from '@fleetward/shared'
import type { MqttClient } from 'mqtt'
import type { TestDevice } from './test-device.ts'

export const OLD_VERSION = '1.4.2'
const STEPS = ['downloading', 'installing', 'arming', 'trial', 'committing'] as const
/** The first one says that it is there; the last one that it runs the release. */
export const REPORTS_OF_AN_UPDATE = STEPS.length + 2
/** A device's own disk keeps a report until it is acknowledged. */
const AGAIN_MS = 300
/**
 * Later than a server does: what is said to Mosquitto 2.0.11 after its restart and before a server has subscribed again is
 * acknowledged and lost (docs/operating/brokers.md).
 */
const RECONNECT_MS = 2_500

export class UpdatingDevice {
  readonly #device: TestDevice
  readonly #cohort: string
  readonly #reported: () => void
  readonly #newest = new Map<string, number>()
  /** Rollout and attempt of every offer that was for this device. */
  readonly offers = new Set<string>()
  /** Manifests that were older than one that it had. */
  readonly outdated: string[] = []
  version = OLD_VERSION
  #client: MqttClient | undefined
  #work: Promise<void> = Promise.resolve()

  /** `reported`: the broker has one more report. */
  constructor(device: TestDevice, cohort: string, reported: () => void) {
    this.#device = device
    this.#cohort = cohort
    this.#reported = reported
  }

  get id(): string {
    return this.#device.id
  }

  /** Resolves when it listens and its first report is with the broker. */
  async start(): Promise<void> {
    const { product, id } = this.#device
    const presence = { topic: presenceTopic(product, id), qos: 1, retain: true } as const
    const client = await this.#device.mqtt({
      reconnectPeriod: RECONNECT_MS,
      will: { ...presence, payload: Buffer.from('offline') },
    })
    const sayOnline = () => void client.publish(presence.topic, 'online', presence)
    client.on('connect', sayOnline)
    client.on('error', () => {})
    client.on('message', (topic, payload) => this.#hear(topic, payload.toString('latin1')))
    this.#client = client
    const topics = [
      ...[cohortManifestTopic(product, this.#cohort), deviceManifestTopic(product, id)],
      commandTopic(product, id),
    ]
    await client.subscribeAsync(topics, { qos: 1 })
    sayOnline()
    await this.#report({ state: 'idle' })
  }

  #hear(topic: string, token: string): void {
    if (!topic.endsWith('/manifest')) return
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    ) as Manifest
    if (claims.seq < (this.#newest.get(topic) ?? 0)) this.outdated.push(`${topic} ${claims.seq}`)
    this.#newest.set(topic, claims.seq)
    for (const offer of claims.offers) {
      if (offer.withdrawn) continue
      const { rollout, attempt, share, release } = offer
      if (sharePosition(share.salt, this.id) >= share.upTo) continue
      const name = `${rollout} ${attempt}`
      if (this.offers.has(name)) continue
      this.offers.add(name)
      this.#work = this.#work.then(() => this.#update(rollout, attempt, release.version))
    }
  }

  async #update(rollout: string, attempt: number, version: string): Promise<void> {
    for (const state of STEPS) await this.#report({ state, rollout, attempt })
    this.version = version
    await this.#report({ state: 'idle' })
  }

  async #report(claims: object): Promise<void> {
    const { product, id } = this.#device
    const token = await this.#device.report({ version: this.version, ...claims })
    for (;;) {
      try {
        await this.#client?.publishAsync(reportTopic(product, id), token, { qos: 1 })
        return this.#reported()
      } catch {
        if (this.#client?.disconnecting !== false) return
        await sleep(AGAIN_MS)
      }
    }
  }
}
