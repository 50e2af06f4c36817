/**
 * Lets connections in at a bounded rate. After an outage every device comes back at once, and a TLS
 * handshake with a client certificate costs about a millisecond of a core: without a door the server
 * would do nothing but handshakes that time out. Who finds the waiting line full is turned away at once
 * and comes back later, with jitter (protocol §8.3).
 */
import type { Server, Socket } from 'node:net'
import { type BucketRate, TokenBuckets } from './token-bucket.ts'

export interface DoorLimits extends BucketRate {
  readonly waitingMax: number
  readonly connectionsMax: number
}

/** Ours: 400 handshakes a second leave most of a core; the line is what that clears in five seconds. */
export const DEVICE_DOOR: DoorLimits = {
  burst: 400,
  perSecond: 400,
  waitingMax: 2000,
  connectionsMax: 20_000,
}

export class AcceptDoor {
  readonly #limits: DoorLimits
  readonly #bucket: TokenBuckets
  readonly #letIn: (socket: Socket) => void
  readonly #waiting = new Set<Socket>()
  readonly #inside = new Set<Socket>()
  #timer: NodeJS.Timeout | undefined

  /** Takes the place of whatever `server` does with new connections now, and lets them in there. */
  static before(server: Server, limits: DoorLimits): AcceptDoor {
    const inside = server.listeners('connection') as ((socket: Socket) => void)[]
    server.removeAllListeners('connection')
    const door = new AcceptDoor(limits, (socket) => {
      for (const listener of inside) listener.call(server, socket)
    })
    server.on('connection', (socket: Socket) => door.arrive(socket))
    return door
  }

  constructor(limits: DoorLimits, letIn: (socket: Socket) => void) {
    this.#limits = limits
    this.#bucket = new TokenBuckets(limits, { maxKeys: 1, nowMs: () => performance.now() })
    this.#letIn = letIn
  }

  /** For the raw socket, before any TLS. */
  arrive(socket: Socket): void {
    const { waitingMax, connectionsMax } = this.#limits
    if (this.#waiting.size >= waitingMax || this.#inside.size >= connectionsMax) {
      socket.destroy()
      return
    }
    socket.once('close', () => {
      this.#waiting.delete(socket)
      this.#inside.delete(socket)
    })
    if (this.#waiting.size === 0 && this.#bucket.take('door')) {
      this.#open(socket)
      return
    }
    // Nobody listens to this socket yet, and an unheard error would end the process.
    socket.on('error', ignore)
    this.#waiting.add(socket)
    this.#schedule()
  }

  /** Turns everybody away. */
  close(): void {
    clearTimeout(this.#timer)
    for (const socket of [...this.#waiting, ...this.#inside]) socket.destroy()
  }

  #open(socket: Socket): void {
    this.#inside.add(socket)
    this.#letIn(socket)
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const socket of this.#waiting) {
        if (!this.#bucket.take('door')) break
        this.#waiting.delete(socket)
        socket.off('error', ignore)
        this.#open(socket)
      }
      if (this.#waiting.size > 0) this.#schedule()
    }, 20)
  }
}

const ignore = () => {}
