/**
 * Serves one file over TLS 1.3, whole or from an offset, in a process of its own, so that neither curl nor
 * the agent pays for it. Prints its port.
 */
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

const [path = '', certificate = '', key = ''] = process.argv.slice(2)
const { size } = statSync(path)

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.3' },
  (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(start === 0 ? 200 : 206, {
      'content-length': size - start,
      ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    })
    createReadStream(path, { start, highWaterMark: 1024 * 1024 }).pipe(response)
  },
)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
