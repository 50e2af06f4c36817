/** The server's online keys come and go: made here, signed by the desk, used once devices can know them. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import {
  importKeySet,
  keyIdOf,
  MANIFEST_LIFETIME_SECONDS,
  parseMetadata,
  TrustedMetadata,
} from '@fleetward/shared'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { ProductPurpose } from '../../src/server-keys/server-key.ts'
import { type Desk, type DeskRelease, file, PRODUCT } from '../support/desk.ts'
import { ENGINE_VARIABLE } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

const release: DeskRelease = { version: '1.4.3', kind: 'security', artifact: Buffer.alloc(9, 'x') }

/** A product with a running rollout, so that there is something to sign. */
async function started(t: TestContext): Promise<{ server: TestServer; desk: Desk }> {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.publish(desk, 1, [release])
  const { status } = await server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'homes' })
  assert.equal(status, 201)
  await server.edgeSettled()
  return { server, desk }
}

function later(server: TestServer, seconds: number): void {
  server.clock.at = new Date(server.clock.at.getTime() + seconds * 1000)
}

async function rotate(server: TestServer, purpose: ProductPurpose, body = {}) {
  const answer = await server.of('POST', `/keys/${purpose}/rotate`, body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

/** What the desk does with what the server tells of itself. */
async function signTrust(server: TestServer, desk: Desk, version: number): Promise<void> {
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  const files = Object.entries(body.trust).map(([name, text]) =>
    file(`trust/${name}`, new TextEncoder().encode(text as string)),
  )
  const { status } = await server.upload('targets', desk.targetsMetadata(version, files))
  assert.ok(status === 200 || status === 202, `${status}`)
  await server.uploadFiles(files)
  await server.edgeSettled()
}

async function signRoot(server: TestServer, desk: Desk, version: number): Promise<void> {
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  const { status } = await server.upload('root', desk.rootMetadata(version, body.onlineKeys))
  assert.equal(status, 200)
}

/** Ids by state. */
async function keys(
  server: TestServer,
  purpose: ProductPurpose,
): Promise<Record<string, string[]>> {
  const { body } = await server.of('GET', '/keys')
  const states: Record<string, string[]> = { waiting: [], signs: [], former: [] }
  for (const key of body.keys) if (key.purpose === purpose) states[key.state]?.push(key.id)
  return states
}

async function toSign(server: TestServer): Promise<string[]> {
  return (await server.of('GET', '/keys')).body.toSign
}

const kidOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

async function listedKids(server: TestServer, name: string): Promise<string[]> {
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  return [...(await importKeySet(new TextEncoder().encode(body.trust[name]))).keys()]
}

/** Each manifest is signed by a key that published metadata lists at that moment. CRA P-068 */
test('a new director signs from the publication on that lists it, and not a manifest before', async (t) => {
  const { server, desk } = await started(t)
  const { signs: old } = await keys(server, 'director')
  assert.deepEqual(await toSign(server), [])

  await rotate(server, 'director')
  const { waiting, signs } = await keys(server, 'director')
  assert.deepEqual(signs, old)
  assert.equal(waiting?.length, 1)
  assert.deepEqual(await toSign(server), ['targets'])
  assert.deepEqual(await listedKids(server, 'director.jwks'), [...(old ?? []), ...(waiting ?? [])])
  later(server, 7 * 3600)
  await server.tick()
  assert.equal(kidOf(server.published.at(-1)?.token), old?.[0])

  await signTrust(server, desk, 2)
  assert.equal(kidOf(server.published.at(-1)?.token), waiting?.[0])
  assert.deepEqual(await keys(server, 'director'), { waiting: [], signs: waiting, former: old })
  assert.deepEqual(await toSign(server), [])

  // What the old one signed last runs out; then the desk takes it away.
  later(server, MANIFEST_LIFETIME_SECONDS)
  await server.tick()
  assert.deepEqual(await toSign(server), ['targets'])
  assert.deepEqual(await listedKids(server, 'director.jwks'), waiting)
  await signTrust(server, desk, 3)
  assert.deepEqual(await keys(server, 'director'), { waiting: [], signs: waiting, former: [] })
  assert.equal(await privateHalves(server, 'director'), 1)
})

async function privateHalves(server: TestServer, purpose: ProductPurpose): Promise<number> {
  const { serverKeys } = sqlStores(server.edge?.database ?? assert.fail())
  return (await serverKeys.ring(purpose, PRODUCT)).length
}

test('after a theft one signature of the desk is enough, and nothing of the old director stays', async (t) => {
  const { server, desk } = await started(t)
  const { signs: stolen } = await keys(server, 'director')
  await rotate(server, 'director', { stolen: true })
  const { waiting } = await keys(server, 'director')
  assert.deepEqual(await listedKids(server, 'director.jwks'), waiting)
  await signTrust(server, desk, 2)
  assert.equal(kidOf(server.published.at(-1)?.token), waiting?.[0])
  assert.deepEqual(await keys(server, 'director'), { waiting: [], signs: waiting, former: [] })
  assert.equal(await privateHalves(server, 'director'), 1)
  assert.notDeepEqual(waiting, stolen)
})

test('the key of commands follows trust/commands.jwks in the same way', async (t) => {
  const { server, desk } = await started(t)
  const signing = async () => (await server.edge?.keys.commandKey(PRODUCT))?.kid
  const before = await signing()
  await rotate(server, 'commands')
  assert.equal(await signing(), before)
  await signTrust(server, desk, 2)
  const { signs } = await keys(server, 'commands')
  assert.equal(await signing(), signs?.[0])
  assert.notEqual(await signing(), before)
  later(server, 600)
  await server.tick()
  await signTrust(server, desk, 3)
  assert.equal(await privateHalves(server, 'commands'), 1)
})

for (const purpose of ['timestamp', 'snapshot'] as const) {
  test(`another ${purpose} key signs from the root on that names it`, async (t) => {
    const { server, desk } = await started(t)
    const first = (await server.metadata('1.root.json')) ?? new Uint8Array()
    const signers = async () => {
      const timestamp = parseMetadata(
        'timestamp',
        (await server.metadata('timestamp.json')) ?? first,
      )
      const name = `${timestamp.signed.snapshot.version}.snapshot.json`
      const snapshot = parseMetadata('snapshot', (await server.metadata(name)) ?? first)
      const signed = purpose === 'timestamp' ? timestamp : snapshot
      return signed.signatures.map(({ keyId }) => keyId)
    }
    const before = await signers()
    await rotate(server, purpose)
    assert.deepEqual(await toSign(server), ['root'])
    later(server, 4 * 86_400)
    await server.tick()
    assert.deepEqual(await signers(), before)

    later(server, 1)
    await signRoot(server, desk, 2)
    const { body } = await server.call('GET', `/products/${PRODUCT}`)
    assert.deepEqual(await signers(), [keyIdOf(body.onlineKeys[purpose])])
    assert.notDeepEqual(await signers(), before)
    assert.deepEqual(await toSign(server), [])
    assert.equal(await privateHalves(server, purpose), 1)

    // A device of the factory's root follows.
    const trusted = new TrustedMetadata(first, { verifier: nodeVerifier, now: server.clock.at })
    trusted.updateRoot((await server.metadata('2.root.json')) ?? first)
    trusted.finishRoot()
    trusted.updateTimestamp((await server.metadata('timestamp.json')) ?? first)
    const name = `${trusted.timestamp?.snapshot.version}.snapshot.json`
    trusted.updateSnapshot((await server.metadata(name)) ?? first)
    assert.equal(trusted.root.version, 2)
  })
}

test('a root that names none of this server’s keys is refused, whichever of them it is to name', async (t) => {
  const { server, desk } = await started(t)
  const { body: before } = await server.call('GET', `/products/${PRODUCT}`)
  await rotate(server, 'timestamp')
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  assert.notDeepEqual(body.onlineKeys.timestamp, before.onlineKeys.timestamp)
  const others = { ...body.onlineKeys, timestamp: body.onlineKeys.snapshot }
  const refused = await server.upload('root', desk.rootMetadata(2, others))
  assert.deepEqual([refused.status, refused.body.code], [422, 'METADATA_INVALID'])
  // The key that signs now may stay in a root that was signed for another reason.
  const kept = await server.upload('root', desk.rootMetadata(2, before.onlineKeys))
  assert.equal(kept.status, 200)
})

/** A crash is a copy of the data folder, with the database in it. */
const onSqlite = { skip: process.env[ENGINE_VARIABLE] === 'postgres' }
test(
  'killed after any step of a rotation, the server goes on to the same end',
  onSqlite,
  async (t) => {
    const { server, desk } = await started(t)
    const steps: ((on: TestServer) => Promise<unknown>)[] = [
      (on) => rotate(on, 'director'),
      (on) => signTrust(on, desk, 2),
      async (on) => {
        later(on, MANIFEST_LIFETIME_SECONDS)
        await on.tick()
      },
      (on) => signTrust(on, desk, 3),
    ]
    for (const [i, step] of steps.entries()) {
      await step(server)
      const revived = await server.afterCrash(t)
      revived.clock.at = server.clock.at
      await revived.tick()
      for (const rest of steps.slice(i + 1)) await rest(revived)
      const { waiting, signs, former } = await keys(revived, 'director')
      assert.deepEqual([waiting?.length, signs?.length, former?.length], [0, 1, 0], `step ${i}`)
      assert.equal(kidOf(revived.published.at(-1)?.token), signs?.[0], `step ${i}`)
      await revived.stop()
    }
  },
)

test('a rotation asked for twice makes one key, and both are in the audit log', async (t) => {
  const { server } = await started(t)
  await rotate(server, 'director')
  await rotate(server, 'director')
  assert.equal((await keys(server, 'director')).waiting?.length, 1)
  const { body } = await server.call('GET', '/audit?action=key.rotated')
  assert.equal(body.length, 2)
})

test('a rotation says what it takes, and takes nothing else', async (t) => {
  const { server } = await started(t)
  for (const [path, body] of [
    ['/keys/director/rotate', { stolen: 'yes' }],
    ['/keys/director/rotate', { key: 'mine' }],
    ['/keys/root/rotate', {}],
  ] as const) {
    const { status, body: problem } = await server.of('POST', path, body)
    assert.deepEqual([status, problem.code], [400, 'REQUEST_INVALID'], path)
  }
})
