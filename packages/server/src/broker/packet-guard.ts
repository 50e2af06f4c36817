/**
 * Stands between a connection and the broker and counts bytes: the broker would buffer a packet of any
 * announced length, up to MQTT's own 256 MB, before anybody could refuse it. Only fixed headers are read
 * (MQTT 3.1.1 §2.2); what they frame is passed on as it came.
 *
 * Ends the connection when a packet announces more than it may have, when its length is malformed, when the first
 * packet is no CONNECT (§3.1.0-1), and when CONNECT is not there in time.
 */
import { Duplex } from 'node:stream'

export type GuardCode =
  | 'PACKET_TOO_LONG'
  | 'PACKET_LENGTH_MALFORMED'
  | 'CONNECT_EXPECTED'
  | 'CONNECT_TOO_LATE'

export class PacketRefused extends Error {
  override readonly name = 'PacketRefused'
  readonly code: GuardCode

  constructor(code: GuardCode) {
    super(code)
    this.code = code
  }
}

export interface GuardLimits {
  /** The whole packet: fixed header and what follows. */
  readonly packetMaxBytes: number
  readonly connectTimeoutMs: number
}

/** CONNECT with its reserved flags, the only first byte a connection may begin with. */
const CONNECT = 0x10
/** MQTT 3.1.1 §2.2.3: four bytes at most, the highest bit says that one more follows. */
const LENGTH_BYTES_MAX = 4

export class PacketGuard extends Duplex {
  readonly #connection: Duplex
  readonly #packetMaxBytes: number
  #connectTimer: NodeJS.Timeout | undefined
  /** Bytes of the current packet still to come; none: a fixed header is next. */
  #left = 0
  /** Bytes of the current fixed header read so far, its first byte included. */
  #headerBytes = 0
  #length = 0

  constructor(connection: Duplex, limits: GuardLimits) {
    super({ highWaterMark: limits.packetMaxBytes })
    this.#connection = connection
    this.#packetMaxBytes = limits.packetMaxBytes
    this.#connectTimer = setTimeout(
      () => this.destroy(new PacketRefused('CONNECT_TOO_LATE')),
      limits.connectTimeoutMs,
    )
    connection.on('data', (chunk: Buffer) => this.#receive(chunk))
    connection.on('end', () => this.push(null))
    connection.on('error', (error) => this.destroy(error))
    connection.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#connection.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#connection.write(chunk, done)
  }

  /** The broker writes a packet in pieces; together they are one TLS record. */
  override _writev(
    pieces: { chunk: Buffer; encoding: string }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#connection.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done)
  }

  override _final(done: () => void): void {
    this.#connection.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#connectTimer)
    this.#connection.destroy()
    done(error)
  }

  #receive(chunk: Buffer): void {
    if (this.destroyed) return
    const refused = this.#scan(chunk)
    if (refused !== undefined) {
      // Not one byte of the chunk is passed on, what stood before the bad packet neither.
      this.destroy(new PacketRefused(refused))
      return
    }
    if (!this.push(chunk)) this.#connection.pause()
  }

  #scan(chunk: Buffer): GuardCode | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, chunk.length - at)
        this.#left -= passed
        at += passed
        if (this.#left === 0) this.#packetComplete()
        continue
      }
      const refused = this.#header(chunk.readUInt8(at))
      if (refused !== undefined) return refused
      at += 1
    }
    return undefined
  }

  #header(byte: number): GuardCode | undefined {
    if (this.#headerBytes === 0) {
      if (this.#connectTimer !== undefined && byte !== CONNECT) return 'CONNECT_EXPECTED'
      this.#headerBytes = 1
      this.#length = 0
      return undefined
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 1)
    this.#headerBytes += 1
    if (byte >= 0x80) {
      return this.#headerBytes > LENGTH_BYTES_MAX ? 'PACKET_LENGTH_MALFORMED' : undefined
    }
    if (this.#headerBytes + this.#length > this.#packetMaxBytes) return 'PACKET_TOO_LONG'
    this.#headerBytes = 0
    this.#left = this.#length
    if (this.#left === 0) this.#packetComplete()
    return undefined
  }

  #packetComplete(): void {
    // The first one is CONNECT: the header has seen to that.
    clearTimeout(this.#connectTimer)
    this.#connectTimer = undefined
  }
}
