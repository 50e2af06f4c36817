import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { AcceptDoor, type DoorLimits } from './accept-door.ts'

async function behindDoor(t: TestContext, limits: DoorLimits) {
  const inside: Socket[] = []
  const server = createServer((socket) => {
    inside.push(socket)
    socket.write('in')
  })
  const door = AcceptDoor.before(server, limits)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients: Socket[] = []
  t.after(() => {
    for (const client of clients) client.destroy()
    door.close()
    server.close()
  })
  return {
    inside,
    door,
    arrive: async (): Promise<'in' | 'turned away'> => {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
      clients.push(client)
      client.on('error', () => {})
      return Promise.race([
        once(client, 'data').then(() => 'in' as const),
        once(client, 'close').then(() => 'turned away' as const),
      ])
    },
  }
}

test('who stalls in the handshake holds a place for a moment, and then the next is let in', async (t) => {
  const { arrive, inside } = await behindDoor(t, {
    ...{ handshakesMax: 3, waitingMax: 100, connectionsMax: 100 },
  })
  // Plain connections: their handshakes never end.
  const arrivals = await Promise.all(Array.from({ length: 8 }, arrive))
  assert.deepEqual([...new Set(arrivals)], ['in'])
  assert.equal(inside.length, 8)
})

test('who finds the line full is turned away', async (t) => {
  const { arrive } = await behindDoor(t, {
    ...{ handshakesMax: 2, waitingMax: 3, connectionsMax: 100 },
  })
  const outcomes = await Promise.all(Array.from({ length: 9 }, arrive))
  assert.equal(outcomes.filter((outcome) => outcome === 'turned away').length, 4)
})

test('so many connections and no more; one that leaves makes room', async (t) => {
  const { arrive, inside } = await behindDoor(t, {
    ...{ handshakesMax: 10, waitingMax: 10, connectionsMax: 2 },
  })
  assert.deepEqual([await arrive(), await arrive(), await arrive()], ['in', 'in', 'turned away'])
  const [first] = inside
  assert.ok(first !== undefined)
  first.destroy()
  await once(first, 'close')
  assert.equal(await arrive(), 'in')
})

test('a storm of reconnections is let in as its handshakes end, never more of them at once than there is room for (NervesHub PR #1212)', async (t) => {
  const authority = await TestAuthority.create()
  const { certificate, key } = await authority.server()
  const atOnce: number[] = []
  let begun = 0
  let ended = 0
  const server = createTlsServer({ cert: certificate, key }, () => {})
  const handshake = server.listeners('connection')[0] as (socket: Socket) => void
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    begun += 1
    atOnce.push(begun - ended)
    handshake.call(server, socket)
  })
  for (const end of ['secureConnection', 'tlsClientError'])
    server.prependListener(end, () => ended++)
  const door = AcceptDoor.before(server, { handshakesMax: 4, waitingMax: 100, connectionsMax: 100 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const clients = Array.from({ length: 40 }, () =>
    connectTls({ port, ca: authority.pem, servername: 'localhost' }),
  )
  t.after(() => {
    for (const client of clients) client.destroy()
    door.close()
    server.close()
  })
  await Promise.all(clients.map((client) => once(client, 'secureConnect')))
  assert.equal(begun, 40)
  assert.ok(Math.max(...atOnce) <= 4, `at most 4 at once, not ${Math.max(...atOnce)}`)
})
