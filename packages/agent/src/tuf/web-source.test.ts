import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { codeOf } from '@fleetward/shared'
import { webSource } from './web-source.ts'

/** What the server does with the next request; the request's path and headers afterwards. */
let answer: (response: ServerResponse) => void
let asked: { path: string | undefined; encoding: string | string[] | undefined }
let url: string

const server = createServer((request, response) => {
  asked = { path: request.url, encoding: request.headers['accept-encoding'] }
  answer(response)
})

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/folder`
})
after(() => {
  server.close()
  server.closeAllConnections()
})

test('fetches a file below its folder and asks for plain bytes', async () => {
  answer = (response) => response.end('body')
  const bytes = await webSource(url).fetch('1...%2Frole.json', 4)
  assert.equal(Buffer.from(bytes).toString(), 'body')
  assert.deepEqual(asked, { path: '/folder/1...%2Frole.json', encoding: 'identity' })
})

const FAILURES: [what: string, code: string, respond: (response: ServerResponse) => void][] = [
  ['a file that is not there', 'NOT_FOUND', (response) => response.writeHead(404).end('no')],
  ['a server in trouble', 'SERVER_REFUSED', (response) => response.writeHead(503).end()],
  [
    'a redirect, which is not followed',
    'SERVER_REFUSED',
    (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  ],
  [
    'a partial answer nobody asked for',
    'SERVER_REFUSED',
    (response) => response.writeHead(206).end('b'),
  ],
  [
    'a connection that ends in the body',
    'TRANSFER_CUT_OFF',
    (response) => {
      response.writeHead(200, { 'content-length': 4 })
      response.write('bo', () => response.destroy())
    },
  ],
  [
    'a connection that ends before the answer',
    'SERVER_UNREACHABLE',
    (response) => response.destroy(),
  ],
  ['a byte too many', 'LENGTH_EXCEEDED', (response) => response.end('body!')],
  [
    'a byte too many, without saying so first',
    'LENGTH_EXCEEDED',
    (response) => {
      response.write('bod')
      response.end('y!')
    },
  ],
]
for (const [what, code, respond] of FAILURES) {
  test(`${what} is ${code}`, async () => {
    answer = respond
    await assert.rejects(webSource(url).fetch('timestamp.json', 4), (error) => {
      assert.equal(codeOf(error)?.code, code)
      return true
    })
  })
}

test('nobody at home is SERVER_UNREACHABLE', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  await once(gone, 'close')
  await assert.rejects(
    webSource(`http://127.0.0.1:${port}/`).fetch('timestamp.json', 4),
    (error) => {
      assert.equal(codeOf(error)?.code, 'SERVER_UNREACHABLE')
      return true
    },
  )
})
