/**
 * Where MQTT packets begin and end in a stream (MQTT 3.1.1 §2.2), read before anything of them is
 * gathered: a packet may announce 256 MiB, and a peer that was taken over must not be able to fill
 * anybody's memory with it. Only fixed headers are looked at.
 */

export type PacketFault = 'PACKET_FORBIDDEN' | 'PACKET_TOO_LONG' | 'PACKET_LENGTH_MALFORMED'

export interface PacketRules {
  /** The whole packet: fixed header and what follows. */
  readonly packetMaxBytes: number
  /** Whether a packet may begin with this byte after so many complete ones. */
  mayBegin(firstByte: number, packetsBefore: number): boolean
}

/** MQTT 3.1.1 §2.2.3: four bytes at most, the highest bit says that one more follows. */
const LENGTH_BYTES_MAX_COUNT = 4

export class PacketFrames {
  readonly #rules: PacketRules
  /** Bytes of the current packet still to come; none: a fixed header is next. */
  #left = 0
  /** Bytes of the current fixed header read so far, its first byte included. */
  #headerBytes = 0
  #length = 0
  #packets = 0

  constructor(rules: PacketRules) {
    this.#rules = rules
  }

  /** How many packets are complete. */
  get packets(): number {
    return this.#packets
  }

  /** What is wrong, as soon as a byte shows it. Nothing may be read on after that. */
  see(bytes: Uint8Array): PacketFault | undefined {
    let at = 0
    while (at < bytes.length) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, bytes.length - at)
        this.#left -= passed
        at += passed
        if (this.#left === 0) this.#packets += 1
        continue
      }
      const fault = this.#header(bytes[at] ?? 0)
      if (fault !== undefined) return fault
      at += 1
    }
    return undefined
  }

  #header(byte: number): PacketFault | undefined {
    if (this.#headerBytes === 0) {
      if (!this.#rules.mayBegin(byte, this.#packets)) return 'PACKET_FORBIDDEN'
      this.#headerBytes = 1
      this.#length = 0
      return undefined
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 1)
    this.#headerBytes += 1
    if (byte >= 0x80) {
      const isMalformed = this.#headerBytes > LENGTH_BYTES_MAX_COUNT
      return isMalformed ? 'PACKET_LENGTH_MALFORMED' : undefined
    }
    if (this.#headerBytes + this.#length > this.#rules.packetMaxBytes) return 'PACKET_TOO_LONG'
    this.#headerBytes = 0
    this.#left = this.#length
    if (this.#left === 0) this.#packets += 1
    return undefined
  }
}
