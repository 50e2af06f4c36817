/** The {@link RepositorySimulator} behind a real HTTP server on a free port of the loopback. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RepositorySimulator } from './repository-simulator.ts'

export class RepositoryServer {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(
    repository: Pick<RepositorySimulator, 'fetchMetadata' | 'fetchTarget'>,
  ): Promise<RepositoryServer> {
    const server = createServer((request, response) => {
      const path = request.url ?? ''
      const bytes = path.startsWith('/metadata/')
        ? repository.fetchMetadata(path.slice('/metadata/'.length))
        : path.startsWith('/targets/')
          ? repository.fetchTarget(path.slice('/targets/'.length))
          : undefined
      if (bytes === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RepositoryServer(server)
  }

  get metadataUrl(): string {
    return `${this.#base()}/metadata/`
  }

  get targetsUrl(): string {
    return `${this.#base()}/targets/`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }
}
