/**
 * A session at a broker that is not ours, which keeps what devices say while the server is away. A message
 * leaves it when it was acknowledged, and it is acknowledged when it is durable here; so a server that
 * is killed finds it again at its next start, or another server that connects under the same client id does.
 *
 * The same without a session hears only what is said while it listens.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type IPublishPacket, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { MARKER_TOPIC } from './access-rules.ts'
import { acknowledgeLate, type LateAcknowledgements } from './late-acknowledgement.ts'
import type { Account } from './mqtt-account.ts'

/** Before a broker that does not let the server listen is asked again. */
const LISTEN_AGAIN_MS = 5_000
/** What is under way when an inbox is closed gets this long to become durable and acknowledged. */
const CLOSING_MS = 5_000
const ENDING_MS = 10_000
const MARKER_LOOK_MS = 20

export interface InboxPlan {
  /** Names the session. */
  readonly clientId: string
  readonly session: 'keeps' | 'forgets'
  readonly filters: readonly string[]
  /** Filters that an inbox of this name may have had with other settings. */
  readonly notFilters?: readonly string[]
  /** The broker knew nothing of this session: it begins now, and what was said before is lost. */
  readonly onFresh?: () => Promise<void>
}

export interface InboxOptions extends InboxPlan {
  readonly account: Account
  /** Resolves when the message is durable or refused for good. */
  readonly take: (packet: IPublishPacket) => Promise<void>
  readonly log: Logger
}

export class BrokerInbox {
  readonly #options: InboxOptions
  readonly #client: MqttClient
  readonly #acknowledgements: LateAcknowledgements
  readonly #over = new AbortController()
  readonly #filters: Set<string>
  readonly #markers = new Set<string>()
  /** Which one it is, counted. */
  #connection = 0
  #hasListened = false
  #isListening = false
  #lastMessageAt = performance.now()

  constructor(options: InboxOptions) {
    this.#options = options
    const { account, clientId, session, filters, log } = options
    this.#filters = new Set(filters)
    this.#client = connect(account.url, account.options(clientId, session))
    this.#acknowledgements = acknowledgeLate(this.#client, async (packet) => {
      this.#lastMessageAt = performance.now()
      if (packet.topic === MARKER_TOPIC) this.#markers.add(packet.payload.toString())
      else await options.take(packet)
    })
    this.#client.on('connect', ({ sessionPresent }) => {
      void this.#listen(sessionPresent)
    })
    this.#client.on('close', () => {
      this.#connection += 1
      this.#isListening = false
    })
    // The line beside it says why; unheard, an error would end the process.
    this.#client.on('error', (error) => log.debug({ err: error }, 'the inbox at the broker failed'))
  }

  get isListening(): boolean {
    return this.#isListening
  }

  get isClosed(): boolean {
    return this.#over.signal.aborted
  }

  /** How long nothing has come, while nothing of what came is under way. */
  get quietMs(): number {
    if (!this.#isListening || this.#acknowledgements.underWay > 0) return 0
    return performance.now() - this.#lastMessageAt
  }

  /** Of an inbox without a session: hears this as well from now on. */
  async alsoHear(filter: string): Promise<void> {
    this.#filters.add(filter)
    await this.#client.subscribeAsync(filter, { qos: this.#qos })
  }

  async noLongerHear(filter: string): Promise<void> {
    this.#filters.delete(filter)
    await this.#client.unsubscribeAsync(filter)
  }

  /** Resolves when the marker has come through here, and all that was before it; rejects in time. */
  async sawMarker(marker: string, limitMs: number): Promise<void> {
    const until = performance.now() + limitMs
    while (!this.#markers.delete(marker)) {
      if (performance.now() > until || this.isClosed) {
        throw new Error('The broker does not give out what it keeps for the server. Restart it')
      }
      await pause(MARKER_LOOK_MS, this.#over.signal)
    }
  }

  /** The session stays at the broker, and what comes meanwhile waits in it. True when all that came is done. */
  async close(): Promise<boolean> {
    this.#over.abort()
    const inTime = new AbortController()
    await Promise.race([this.#acknowledgements.settled(), pause(CLOSING_MS, inTime.signal)])
    inTime.abort()
    const isDone = this.#acknowledgements.underWay === 0
    await this.#client.endAsync(true)
    return isDone
  }

  /** Ends the session of a closed inbox, and whatever it still holds. False when the broker is away. */
  async endSession(): Promise<boolean> {
    const { account, clientId } = this.#options
    // MQTT 3.1.1 ends a session only by beginning a clean one under its name.
    const last = connect(account.url, {
      ...account.options(clientId, 'forgets'),
      ...{ reconnectPeriod: 0, connectTimeout: ENDING_MS },
    })
    const isEnded = await new Promise<boolean>((resolve) => {
      last.once('connect', () => resolve(true))
      last.on('error', () => resolve(false))
      last.once('close', () => resolve(false))
    })
    await last.endAsync()
    return isEnded
  }

  get #qos(): 0 | 1 {
    return this.#options.session === 'keeps' ? 1 : 0
  }

  async #listen(isKnown: boolean): Promise<void> {
    const { notFilters = [], onFresh, log } = this.#options
    const { signal } = this.#over
    const of = this.#connection
    while (!signal.aborted && this.#connection === of) {
      try {
        if (!isKnown) await onFresh?.()
        if (notFilters.length > 0) await this.#client.unsubscribeAsync([...notFilters])
        const filters = [...this.#filters].filter(
          (filter) => !isKnown || !this.#hasListened || isShared(filter),
        )
        if (filters.length > 0) {
          const retained = isKnown ? { rh: 1 as const } : {}
          await this.#client.subscribeAsync(filters, { qos: this.#qos, ...retained })
        }
        this.#hasListened = true
        this.#isListening = true
        // What waits in it may come late.
        this.#lastMessageAt = performance.now()
        return
      } catch (error) {
        const message = 'the server cannot listen at the broker: look at the rules it has there'
        if (this.#client.connected) log.error({ err: error }, message)
        await pause(LISTEN_AGAIN_MS, signal)
      }
    }
  }
}

/**
 * Known subscriptions are left alone, because to repeat one brings every retained message again; shared ones bring none
 * (MQTT 5 §4.8.2), and Mosquitto 2.0.11 forgets them when it is restarted, although it keeps the session.
 */
function isShared(filter: string): boolean {
  return filter.startsWith('$share/')
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal, ref: false }).catch(() => {})
}
