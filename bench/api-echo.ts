/** The least that answers over HTTP: `node:http` with the same number of bytes for everybody. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type EchoMessage = { readonly is: 'echoing'; readonly port: number }

process.once('message', ({ bytes }: { bytes: number }) => void answer(bytes))

async function answer(bytes: number): Promise<void> {
  const body = Buffer.alloc(bytes, ' ')
  const headers = { 'content-type': 'application/json', 'content-length': bytes }
  const server = createServer((_request, response) => {
    response.writeHead(200, headers).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  process.send?.({ is: 'echoing', port } satisfies EchoMessage)
}
