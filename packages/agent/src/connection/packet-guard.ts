/**
 * Bounds what a broker that was taken over may send. MQTT.js collects whatever length a packet
 * announces, and keeps each message of QoS 2 until the broker releases it, 65,535 of them (MQTT 3.1.1
 * §4.3.3). We subscribe with QoS 1, so no broker may send one (§3.8.4).
 */
import type { Readable } from 'node:stream'
import { type PacketFault, PacketFrames, TransferError } from '@fleetward/shared'

/** First byte of a packet: its type, and of a PUBLISH the QoS (MQTT 3.1.1 §3.3.1). */
const TYPE_MASK = 0xf0
const PUBLISH = 0x30
const QOS_2_OR_3 = 0x04

const REASONS: Readonly<Record<PacketFault, string>> = {
  PACKET_FORBIDDEN: 'MQTT message above QoS 1',
  PACKET_TOO_LONG: 'MQTT packet too long',
  PACKET_LENGTH_MALFORMED: 'MQTT packet too long',
}

export class PacketGuard {
  readonly #limitBytes: number
  readonly #frames: PacketFrames

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
    this.#frames = new PacketFrames({
      packetMaxBytes: limitBytes,
      mayBegin: (byte) => (byte & TYPE_MASK) !== PUBLISH || (byte & QOS_2_OR_3) === 0,
    })
  }

  /** Throws at the byte that makes a packet too long, its length malformed, or its QoS too high. */
  see(bytes: Uint8Array): void {
    const fault = this.#frames.see(bytes)
    if (fault === undefined) return
    throw new TransferError('TRANSFER_CUT_OFF', { reason: REASONS[fault], limit: this.#limitBytes })
  }
}

/** Must be called before anybody else reads the stream: listeners are served in their order. */
export function guardPackets(stream: Readable, limitBytes: number): void {
  const guard = new PacketGuard(limitBytes)
  stream.on('data', (bytes: Buffer) => {
    try {
      guard.see(bytes)
    } catch (error) {
      stream.destroy(error as Error)
    }
  })
}
