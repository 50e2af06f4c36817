/** What the server signs by itself, as time passes and as keys change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import {
  parseMetadata,
  SNAPSHOT_LIFETIME_SECONDS,
  TIMESTAMP_LIFETIME_SECONDS,
} from '@fleetward/shared'
import { TestServer } from '../support/test-server.ts'

async function versions(server: TestServer): Promise<[timestamp: number, snapshot: number]> {
  const timestamp = parseMetadata(
    'timestamp',
    (await server.metadata('timestamp.json')) ?? new Uint8Array(),
  )
  return [timestamp.signed.version, timestamp.signed.snapshot.version]
}

/** Nothing is signed under a lower version than this, so that devices follow a restored server. */
const seconds = (server: TestServer) => Math.floor(server.clock.at.getTime() / 1000)

function later(server: TestServer, seconds: number): void {
  server.clock.at = new Date(server.clock.at.getTime() + seconds * 1000)
}

test('the timestamp is renewed before half of its life is over, the snapshot before half of its own', async (t) => {
  const server = await TestServer.start(t)
  await server.product()
  const first = seconds(server)
  assert.deepEqual(await versions(server), [first, first])
  later(server, TIMESTAMP_LIFETIME_SECONDS / 2 - 1)
  await server.tick()
  assert.deepEqual(await versions(server), [first, first])
  later(server, 1)
  await server.tick()
  assert.deepEqual(await versions(server), [seconds(server), first])
  later(server, SNAPSHOT_LIFETIME_SECONDS / 2 - TIMESTAMP_LIFETIME_SECONDS / 2)
  await server.tick()
  assert.deepEqual(await versions(server), [seconds(server), seconds(server)])
})

test('a server that was off for long signs anew at its start', async (t) => {
  const server = await TestServer.start(t)
  await server.product()
  await server.stop()
  later(server, 2 * SNAPSHOT_LIFETIME_SECONDS)
  await server.start()
  assert.deepEqual(await versions(server), [seconds(server), seconds(server)])
})

test('targets that name other release keys wait until the role is signed with these', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 1, []))
  desk.roles.security = [generateKey('ed25519')]
  const targets = desk.targetsMetadata(2, [])
  const staged = await server.upload('targets', targets)
  assert.deepEqual([staged.status, staged.body.signAnew], [202, ['security']])
  assert.equal(await server.metadata('2.targets.json'), undefined)

  assert.equal((await server.upload('security', desk.roleMetadata('security', 2, []))).status, 200)
  assert.deepEqual(await server.metadata('2.targets.json'), targets)
  const [, version] = await versions(server)
  const snapshot = parseMetadata(
    'snapshot',
    (await server.metadata(`${version}.snapshot.json`)) ?? new Uint8Array(),
  )
  assert.deepEqual(
    [...snapshot.signed.meta].map(([name, { version }]) => [name, version]),
    [
      ['security.json', 2],
      ['targets.json', 2],
    ],
  )
})

test('a root with another targets key waits for targets signed with it', async (t) => {
  const server = await TestServer.start(t)
  const { desk, online } = await server.product()
  desk.targets = [generateKey('ecdsa-p256')]
  const root = await server.upload('root', desk.rootMetadata(2, online))
  assert.deepEqual([root.status, root.body.signAnew], [202, ['targets']])
  assert.equal(await server.metadata('2.root.json'), undefined)
  assert.equal((await server.upload('targets', desk.targetsMetadata(2, []))).status, 200)
  assert.ok(await server.metadata('2.root.json'))
})

test('a root that changes nothing for the others is published at once', async (t) => {
  const server = await TestServer.start(t)
  const { desk, online } = await server.product()
  assert.equal((await server.upload('root', desk.rootMetadata(2, online))).status, 200)
  assert.ok(await server.metadata('1.root.json'))
})
