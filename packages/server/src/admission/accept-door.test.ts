import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
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

test('a burst is let in at once, the rest waits in line and is let in by and by', async (t) => {
  const { arrive, inside } = await behindDoor(t, {
    ...{ burst: 3, perSecond: 100, waitingMax: 100, connectionsMax: 100 },
  })
  const arrivals = await Promise.all(Array.from({ length: 12 }, arrive))
  assert.deepEqual([...new Set(arrivals)], ['in'])
  assert.equal(inside.length, 12)
})

test('who finds the line full is turned away', async (t) => {
  const { arrive } = await behindDoor(t, {
    ...{ burst: 2, perSecond: 0.001, waitingMax: 3, connectionsMax: 100 },
  })
  const outcomes: string[] = []
  const settled = Promise.withResolvers<void>()
  for (let count = 0; count < 9; count += 1) {
    void arrive().then((outcome) => {
      if (outcomes.push(outcome) === 6) settled.resolve()
    })
  }
  await settled.promise
  assert.deepEqual(outcomes.sort(), ['in', 'in', ...Array(4).fill('turned away')])
})

test('so many connections and no more; one that leaves makes room', async (t) => {
  const { arrive, inside } = await behindDoor(t, {
    ...{ burst: 10, perSecond: 100, waitingMax: 10, connectionsMax: 2 },
  })
  assert.deepEqual([await arrive(), await arrive(), await arrive()], ['in', 'in', 'turned away'])
  const [first] = inside
  assert.ok(first !== undefined)
  first.destroy()
  await once(first, 'close')
  assert.equal(await arrive(), 'in')
})
