/**
 * Lets connections in as fast as their TLS handshakes are done, and no faster. After an outage every device comes
 * back at once, and a handshake with a client certificate costs about a millisecond of a core: all of them begun
 * together would all time out. Who finds the waiting line full is turned away at once and comes back later, with
 * jitter (protocol §8.3).
 *
 * A peer that stalls in its handshake costs a socket and no processor, so it holds its place for a moment only: who
 * wants to keep others out this way gets no further than {@link DoorLimits.handshakesMax} places each {@link STALLED_MS}.
 */
import type { Server, Socket } from 'node:net'

export interface DoorLimits {
  /** Handshakes begun and not ended. */
  readonly handshakesMax: number
  readonly waitingMax: number
  readonly connectionsMax: number
}

/** Ours: enough to keep a core busy over lines of 50 ms; the line is what one core clears in some ten seconds. */
export const DEVICE_DOOR: DoorLimits = {
  handshakesMax: 64,
  waitingMax: 10_000,
  connectionsMax: 20_000,
}

const STALLED_MS = 250

export class AcceptDoor {
  readonly #limits: DoorLimits
  readonly #letIn: (socket: Socket) => void
  /** In the order they came. */
  readonly #waiting = new Set<Socket>()
  readonly #inside = new Set<Socket>()
  /** When each handshake under way began, the oldest first. Which socket it is does not matter. */
  readonly #begunMs: number[] = []
  #timer: NodeJS.Timeout | undefined

  /** Takes the place of whatever `server` does with new connections now, and lets them in there. */
  static before(server: Server, limits: DoorLimits): AcceptDoor {
    const inside = server.listeners('connection') as ((socket: Socket) => void)[]
    server.removeAllListeners('connection')
    const door = new AcceptDoor(limits, (socket) => {
      for (const listener of inside) listener.call(server, socket)
    })
    server.on('connection', (socket: Socket) => door.arrive(socket))
    // Every handshake ends in one of these two, a peer that hangs up in the middle included.
    for (const end of ['secureConnection', 'tlsClientError']) {
      server.on(end, () => door.#handshakeEnded())
    }
    return door
  }

  constructor(limits: DoorLimits, letIn: (socket: Socket) => void) {
    this.#limits = limits
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
    if (this.#waiting.size === 0 && this.#hasRoom()) {
      this.#open(socket)
      return
    }
    // Nobody listens to this socket yet, and an unheard error would end the process.
    socket.on('error', ignore)
    this.#waiting.add(socket)
    this.#lookLater()
  }

  /** Turns everybody away. */
  close(): void {
    clearTimeout(this.#timer)
    for (const socket of [...this.#waiting, ...this.#inside]) socket.destroy()
  }

  #hasRoom(): boolean {
    const stalledSinceMs = performance.now() - STALLED_MS
    while ((this.#begunMs[0] ?? Number.POSITIVE_INFINITY) <= stalledSinceMs) this.#begunMs.shift()
    return this.#begunMs.length < this.#limits.handshakesMax
  }

  #open(socket: Socket): void {
    this.#inside.add(socket)
    this.#begunMs.push(performance.now())
    this.#letIn(socket)
  }

  #handshakeEnded(): void {
    this.#begunMs.shift()
    this.#openWaiting()
  }

  #openWaiting(): void {
    for (const socket of this.#waiting) {
      if (!this.#hasRoom()) break
      this.#waiting.delete(socket)
      socket.off('error', ignore)
      this.#open(socket)
    }
    if (this.#waiting.size > 0) this.#lookLater()
  }

  #lookLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#openWaiting()
    }, STALLED_MS)
  }
}

const ignore = () => {}
