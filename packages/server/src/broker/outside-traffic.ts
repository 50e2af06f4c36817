/** What devices say at a broker that is not ours, taken apart and handed on. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTopic } from '@fleetward/shared'
import type { IPublishPacket } from 'mqtt'
import type { Logger } from 'pino'
import { messageOf } from './access-rules.ts'
import type { DeviceIdentity, DeviceTraffic } from './broker.ts'

/** Before a report that could not be written is tried again. */
const RETRY_MS = 1_000

export interface OutsideTrafficPorts {
  readonly traffic: DeviceTraffic
  /** Whether who reports here is certainly here: presence and reports come in one order. */
  readonly isOrdered: boolean
  readonly log: Logger
}

export class OutsideTraffic {
  readonly #ports: OutsideTrafficPorts
  readonly #stopped = new AbortController()
  /** Devices that this server, as the leader, has heard coming: the database learns it a moment later. */
  readonly #here = new Set<string>()

  constructor(ports: OutsideTrafficPorts) {
    this.#ports = ports
  }

  hasHeard(device: string): boolean {
    return this.#here.has(device)
  }

  /** Who is there is not known any more, or not to this server. */
  forgetPresence(): void {
    this.#here.clear()
  }

  stop(): void {
    this.#stopped.abort()
  }

  /** Resolves when the message is durable or refused for good. */
  async take({ topic, payload, qos, retain }: IPublishPacket): Promise<void> {
    const about = parseTopic(topic)
    if (about === undefined || !('device' in about)) return
    const who = { product: about.product, device: about.device, serial: undefined }
    const bytes = Buffer.from(payload)
    // What was retained for us comes with the flag set; whether a device may set it is the broker's rule.
    const message = messageOf(who, { topic, qos, retain: false, payload: bytes })
    if (message === undefined) {
      this.#ports.log.warn({ device: about.device, bytes: bytes.length }, 'message not understood')
    } else if (message.kind === 'report') {
      // The broker may have dropped what the device said when it came.
      if (this.#ports.isOrdered && !this.#here.has(who.device)) this.#cameOrWent(who, true)
      await this.#takeReport(who, message.token)
    } else {
      // What was retained tells of a connection that was there before: this server is the one that came.
      if (message.online && !retain) this.#ports.traffic.came(who)
      this.#cameOrWent(who, message.online)
    }
  }

  /** Until it is written: an unacknowledged message would come again only after a reconnection. */
  async #takeReport(who: DeviceIdentity, token: string): Promise<void> {
    const { signal } = this.#stopped
    for (;;) {
      try {
        return await this.#ports.traffic.reportFromCrowd(who, token)
      } catch (error) {
        if (signal.aborted) throw error
        this.#ports.log.error({ err: error, device: who.device }, 'a report could not be written')
        await sleep(RETRY_MS, undefined, { signal, ref: false })
      }
    }
  }

  #cameOrWent(who: DeviceIdentity, online: boolean): void {
    if (online) {
      this.#here.add(who.device)
      this.#ports.traffic.listening(who)
    } else {
      this.#here.delete(who.device)
      this.#ports.traffic.presence(who, false)
    }
  }
}
