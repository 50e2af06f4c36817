/** A real HTTP proxy on loopback that knows only CONNECT, and which ports lie behind which names. */
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export class HttpConnectProxy {
  /** Every `host:port` it was asked for. */
  readonly asked: string[] = []
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()
  readonly #ports: ReadonlyMap<string, number>

  /** `ports`: what `host:port` means here; nobody else can reach it under that name. */
  private constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports
    this.#server.on('connect', ({ url = '' }, client: Socket) => {
      this.#keep(client)
      this.asked.push(url)
      const port = this.#ports.get(url)
      if (port === undefined) {
        client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
        return
      }
      const server = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        server.pipe(client)
        client.pipe(server)
      })
      this.#keep(server)
      server.on('close', () => client.destroy())
      client.on('close', () => server.destroy())
    })
  }

  static async open(ports: ReadonlyMap<string, number>): Promise<HttpConnectProxy> {
    const proxy = new HttpConnectProxy(ports)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
