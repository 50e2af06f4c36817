/** Through a real HTTP proxy on loopback. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { codeOf } from '@fleetward/shared'
import { withCode } from '../../../../test/support/signed-messages.ts'
import { openTunnel } from './tunnel.ts'

const asked: { authority: string; authorization: string | undefined }[] = []
let answer: 'tunnel' | 'refuse' | 'early' = 'tunnel'
const sockets = new Set<Socket>()

const echo = createTcpServer((socket) => socket.pipe(socket))
const proxy: Server = createServer()
proxy.on('connect', ({ url = '', headers }, client: Socket) => {
  sockets.add(client)
  asked.push({ authority: url, authorization: headers['proxy-authorization'] })
  if (answer === 'refuse') {
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    return
  }
  const [host = '', port] = url.split(':')
  const server = connect(Number(port), host, () => {
    client.write(`HTTP/1.1 200 Connection established\r\n\r\n${answer === 'early' ? 'boo' : ''}`)
    server.pipe(client)
    client.pipe(server)
  })
  sockets.add(server)
  for (const socket of [server, client]) socket.on('error', () => {})
})
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

before(async () => {
  for (const server of [echo, proxy]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
})
after(() => {
  for (const socket of sockets) socket.destroy()
  echo.close()
  proxy.close()
})
beforeEach(() => {
  answer = 'tunnel'
  asked.length = 0
})

test('what goes into the tunnel reaches the server and comes back', async () => {
  const socket = await openTunnel(
    { url: `http://ga%3Ate:s%40lt@127.0.0.1:${portOf(proxy)}` },
    '127.0.0.1',
    portOf(echo),
  )
  const heard = new Promise<string>((resolve) => socket.once('data', (data) => resolve(`${data}`)))
  socket.write('hello')
  assert.equal(await heard, 'hello')
  socket.destroy()
  assert.deepEqual(asked, [
    {
      authority: `127.0.0.1:${portOf(echo)}`,
      authorization: `Basic ${Buffer.from('ga:te:s@lt').toString('base64')}`,
    },
  ])
})

test('a proxy that says no is named, its password is not', async () => {
  answer = 'refuse'
  const tunnel = openTunnel(
    { url: `http://gate:secret-word@127.0.0.1:${portOf(proxy)}` },
    '127.0.0.1',
    portOf(echo),
  )
  await assert.rejects(tunnel, (error: Error) => {
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /secret-word/)
    assert.deepEqual(codeOf(error)?.facts, {
      ...{ host: '127.0.0.1', port: portOf(echo), by: 'proxy', status: 407 },
    })
    return withCode('SERVER_REFUSED')(error)
  })
})

test('a proxy that speaks in the server’s place is not listened to', async () => {
  answer = 'early'
  const tunnel = openTunnel({ url: `http://127.0.0.1:${portOf(proxy)}` }, '127.0.0.1', portOf(echo))
  await assert.rejects(tunnel, withCode('SERVER_REFUSED'))
})

test('a proxy that is not there is like a server that is not there', async () => {
  const tunnel = openTunnel({ url: 'http://127.0.0.1:1' }, '127.0.0.1', 8883)
  await assert.rejects(tunnel, withCode('SERVER_UNREACHABLE'))
})
