/**
 * Bounds MQTT packets by the length they announce (MQTT 3.1.1 §2.2.3), before anything of them is
 * gathered. The protocol allows 256 MiB and MQTT.js collects what is announced; a broker that was
 * taken over must not be able to fill a device's memory with it.
 *
 * Nor with messages of QoS 2: MQTT.js keeps each until the broker releases it, 65,535 of them (§4.3.3).
 * We subscribe with QoS 1, so no broker may send one (§3.8.4).
 */
import type { Readable } from 'node:stream'
import { TransferError } from '@fleetward/shared'

/** A length has at most four bytes of seven bits. */
const LENGTH_BYTES_MAX_COUNT = 4
/** First byte of a packet: its type, and of a PUBLISH the QoS (§3.3.1). */
const TYPE_MASK = 0xf0
const PUBLISH = 0x30
const QOS_2_OR_3 = 0x04

export class PacketGuard {
  readonly #limitBytes: number
  /** Bytes of the current packet's body that are still to come. */
  #left = 0
  /** -1: the next byte begins a packet; otherwise how many bytes of its length were read. */
  #lengthBytes = -1
  #length = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** Throws at the byte that makes a packet too long, its length malformed, or its QoS too high. */
  see(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, bytes.length - at)
        this.#left -= skipped
        at += skipped
        continue
      }
      const byte = bytes[at] ?? 0
      at += 1
      if (this.#lengthBytes === -1) {
        if ((byte & TYPE_MASK) === PUBLISH && (byte & QOS_2_OR_3) !== 0) {
          throw new TransferError('TRANSFER_CUT_OFF', { reason: 'MQTT message above QoS 1' })
        }
        this.#lengthBytes = 0
        this.#length = 0
      } else {
        this.#addToLength(byte)
      }
    }
  }

  #addToLength(byte: number): void {
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes)
    this.#lengthBytes += 1
    const headerBytes = 1 + this.#lengthBytes
    const isLast = byte < 0x80
    const isMalformed = !isLast && this.#lengthBytes === LENGTH_BYTES_MAX_COUNT
    if (isMalformed || this.#length + headerBytes > this.#limitBytes) {
      throw new TransferError('TRANSFER_CUT_OFF', {
        reason: 'MQTT packet too long',
        limit: this.#limitBytes,
      })
    }
    if (!isLast) return
    this.#left = this.#length
    this.#lengthBytes = -1
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
