/**
 * The device's two ways to the server: MQTT, and HTTPS for networks that block it (protocol §8, §9.2).
 * Reports go over whichever stands; manifests are fetched over HTTPS while MQTT does not.
 */
import { MANIFEST_LENGTH_MAX_BYTES, parseJson, TransferError, TrustError } from '@fleetward/shared'
import type { Chance, ReportChannel, Timer } from '../ports.ts'
import type { HttpsClient } from './https-client.ts'
import type { MqttConnection } from './mqtt-connection.ts'

/** MQTT gets this long to stand before HTTPS takes its place, or one poll where that is shorter. */
const PATIENCE_MS = 15_000

export interface LineOptions {
  readonly mqtt: Pick<MqttConnection, 'isOnline' | 'send'>
  readonly client: Pick<HttpsClient, 'fetch'>
  /** The device listener. */
  readonly server: string
  /** How often a device without MQTT asks for its manifest, on average. */
  readonly pollMs: number
  readonly timer: Timer
  readonly chance: Chance
  /** Verified later; `kind` is where it came from. */
  onManifest(kind: 'cohort' | 'device', token: string): void
  onPollFailed(error: unknown): void
}

export class Line implements ReportChannel {
  readonly #options: LineOptions
  readonly #patienceMs: number
  #offlineSinceMs: number | undefined = performance.now()
  #lastContact: number | undefined

  constructor(options: LineOptions) {
    this.#options = options
    this.#patienceMs = Math.min(PATIENCE_MS, options.pollMs)
  }

  /** Seconds since 1970; undefined before the first since the start. */
  get lastContact(): number | undefined {
    return this.#options.mqtt.isOnline ? seconds() : this.#lastContact
  }

  get standing(): 'mqtt' | 'https' | 'offline' {
    if (this.#options.mqtt.isOnline) return 'mqtt'
    const isRecent = seconds() - (this.#lastContact ?? 0) <= (2 * this.#options.pollMs) / 1000
    return isRecent ? 'https' : 'offline'
  }

  /** To be called whenever MQTT came or went. */
  changed(line: 'online' | 'offline'): void {
    this.#lastContact = seconds()
    if (line === 'online') this.#offlineSinceMs = undefined
    else this.#offlineSinceMs ??= performance.now()
  }

  async send(token: string): Promise<void> {
    const { mqtt, client, server } = this.#options
    if (mqtt.isOnline) return mqtt.send(token)
    if (!this.#isHttpsTurn()) throw new TransferError('SERVER_UNREACHABLE', { line: 'connecting' })
    await client.fetch(new URL('/devices/self/reports', server), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: token,
      maxBytes: 1024,
    })
    this.#lastContact = seconds()
  }

  /** Asks for the manifests while MQTT is away, until `signal` aborts. */
  async poll(signal: AbortSignal): Promise<void> {
    const { timer, chance, pollMs } = this.#options
    await timer.wait(this.#patienceMs, signal)
    while (!signal.aborted) {
      if (this.#isHttpsTurn()) await this.pollOnce(signal)
      // Half of it is chance, so that devices that lost the broker together do not ask together.
      await timer.wait(pollMs * (0.5 + chance.share()), signal)
    }
  }

  async pollOnce(signal: AbortSignal): Promise<void> {
    const { client, server, onManifest, onPollFailed } = this.#options
    try {
      const url = new URL('/devices/self/manifest', server)
      const maxBytes = 3 * MANIFEST_LENGTH_MAX_BYTES
      const answer = parseAnswer(await client.fetch(url, { maxBytes, signal }), maxBytes)
      this.#lastContact = seconds()
      for (const kind of ['cohort', 'device'] as const) {
        const token = answer[kind]
        if (token !== undefined) onManifest(kind, token)
      }
    } catch (error) {
      if (!signal.aborted) onPollFailed(error)
    }
  }

  #isHttpsTurn(): boolean {
    return (
      !this.#options.mqtt.isOnline &&
      this.#offlineSinceMs !== undefined &&
      performance.now() - this.#offlineSinceMs >= this.#patienceMs
    )
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

/** `{ cohort?: token, device?: token }`, protocol §9.2. */
function parseAnswer(bytes: Uint8Array, maxBytes: number): { cohort?: string; device?: string } {
  const json = parseJson(bytes, maxBytes)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TrustError('MANIFEST_INVALID', { expected: 'an object of tokens' })
  }
  const { cohort, device } = json as { cohort?: unknown; device?: unknown }
  return {
    ...(typeof cohort === 'string' ? { cohort } : {}),
    ...(typeof device === 'string' ? { device } : {}),
  }
}
