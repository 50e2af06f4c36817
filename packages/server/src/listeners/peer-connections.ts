/**
 * How many connections one peer holds: whoever has one device's certificate must not be able to fill the listener for all
 * of them. The newest stays, since a device whose line broke comes again before its old connections have timed out.
 */
import type { Socket } from 'node:net'

export class PeerConnections {
  readonly #maxCount: number
  /** In the order they came. */
  readonly #byPeer = new Map<string, Set<Socket>>()

  constructor(maxCount: number) {
    this.#maxCount = maxCount
  }

  add(peer: string, socket: Socket): void {
    const open = this.#byPeer.get(peer) ?? new Set()
    this.#byPeer.set(peer, open.add(socket))
    socket.once('close', () => {
      open.delete(socket)
      if (open.size === 0 && this.#byPeer.get(peer) === open) this.#byPeer.delete(peer)
    })
    const [oldest] = open
    if (open.size > this.#maxCount) oldest?.destroy()
  }
}
