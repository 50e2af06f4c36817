/** A stretch of network between a device and its server, which a test can let fail. TLS goes through it untouched. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class TcpRelay {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  /** Of the connections that begin from now on: how many bytes of the server's each lets through. */
  bytesLetThrough = Number.POSITIVE_INFINITY
  /** What comes after them: the end of the connection, or silence. */
  thenCuts = true

  private constructor(server: Server, target: number) {
    this.#server = server
    this.#target = target
    server.on('connection', (near) => this.#relay(near))
  }

  static async to(target: number): Promise<TcpRelay> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TcpRelay(server, target)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async end(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cutAll()
    await closed
  }

  #relay(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
    near.pipe(far)
    let left = this.bytesLetThrough
    far.on('data', (block: Buffer) => {
      if (left > 0) near.write(block.subarray(0, Math.min(left, block.length)))
      left -= block.length
      if (left <= 0 && this.thenCuts) near.destroy()
    })
  }
}
