/** A log server: a real TLS listener that reads octet-counted syslog messages, RFC 5425. */
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { PemPair } from '../../../../test/support/test-certificates.ts'

export class LogCollector {
  readonly messages: string[] = []
  /** Loses what arrives, and the line with it. */
  isFailing = false
  readonly #sockets = new Set<TLSSocket>()
  readonly #server: Server
  #waiting: { isEnough: () => boolean; resolve: () => void } | undefined

  constructor({ certificate, key }: PemPair) {
    this.#server = createServer({ cert: certificate, key }, (socket) => this.#read(socket))
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  get numbers(): number[] {
    return this.messages.map((message) => Number(/ seq="(\d+)"/.exec(message)?.[1]))
  }

  /** Until it has the entry with this number. */
  async until(seq: number): Promise<void> {
    const isEnough = () => this.numbers.includes(seq)
    if (isEnough()) return
    await new Promise<void>((resolve) => {
      this.#waiting = { isEnough, resolve }
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #read(socket: TLSSocket): void {
    this.#sockets.add(socket)
    let bytes = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      if (this.isFailing) return void socket.destroy()
      bytes = Buffer.concat([bytes, chunk])
      for (;;) {
        const [counted = '', length] = /^(\d+) /.exec(bytes.toString('latin1')) ?? []
        const end = counted.length + Number(length)
        if (counted === '' || bytes.length < end) break
        this.messages.push(bytes.subarray(counted.length, end).toString('utf8'))
        bytes = bytes.subarray(end)
      }
      if (this.#waiting?.isEnough() === true) this.#waiting.resolve()
    })
  }
}
