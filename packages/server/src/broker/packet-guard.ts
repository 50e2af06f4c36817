/**
 * Stands between a connection and the broker and counts bytes: the broker would buffer a packet of any
 * announced length, up to MQTT's own 256 MB, before anybody could refuse it. Only fixed headers are read
 * (MQTT 3.1.1 §2.2); what they frame is passed on as it came.
 *
 * Ends the connection when a packet announces more than it may have, when its length is malformed, when the first
 * packet is no CONNECT (§3.1.0-1), and when CONNECT is not there in time.
 */
import { Duplex } from 'node:stream'
import { type PacketFault, PacketFrames } from '@fleetward/shared'

export type GuardCode =
  | Exclude<PacketFault, 'PACKET_FORBIDDEN'>
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

export class PacketGuard extends Duplex {
  readonly #connection: Duplex
  readonly #frames: PacketFrames
  readonly #connectTimer: NodeJS.Timeout

  constructor(connection: Duplex, limits: GuardLimits) {
    super({ highWaterMark: limits.packetMaxBytes })
    this.#connection = connection
    this.#frames = new PacketFrames({
      packetMaxBytes: limits.packetMaxBytes,
      mayBegin: (byte, packetsBefore) => packetsBefore > 0 || byte === CONNECT,
    })
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
    const fault = this.#frames.see(chunk)
    if (fault !== undefined) {
      // Not one byte of the chunk is passed on, what stood before the bad packet neither.
      this.destroy(new PacketRefused(fault === 'PACKET_FORBIDDEN' ? 'CONNECT_EXPECTED' : fault))
      return
    }
    // The first one was CONNECT: nothing else may begin a connection.
    if (this.#frames.packets > 0) clearTimeout(this.#connectTimer)
    if (!this.push(chunk)) this.#connection.pause()
  }
}
