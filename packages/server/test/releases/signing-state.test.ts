/** Who reads metadata here learns what is published, what waits and who signed it, and gets the very bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { filesOf, PRODUCT } from '../support/desk.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { TestServer } from '../support/test-server.ts'

const release = (version: string) => ({
  ...{ version, kind: 'security' as const, artifact: new TextEncoder().encode(version) },
  sbom: gatewaySbom(version).text,
})

test('a root signed by two of its three keys says which two', async (t) => {
  const server = await TestServer.start(t)
  await server.product()
  const { body } = await server.of('GET', '/metadata')
  const root = body.roles.find(({ role }: { role: string }) => role === 'root')
  assert.deepEqual([root.state, root.version, root.signers.threshold], ['published', 1, 2])
  assert.deepEqual(
    root.signers.keys.map(({ kind, hasSigned }: { kind: string; hasSigned: boolean }) => [
      kind,
      hasSigned,
    ]),
    [
      ['ed25519', true],
      ['ed25519', true],
      ['ecdsa-p256', false],
    ],
  )
})

test('metadata that waits says for which files, and which release it would publish', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 1, [release('1.4.3')]))
  const { body } = await server.of('GET', '/metadata')
  const waiting = body.roles.filter(({ state }: { state: string }) => state === 'waiting')
  assert.equal(waiting.length, 1)
  assert.deepEqual([waiting[0].role, waiting[0].versions], ['security', ['1.4.3']])
  const paths = filesOf(release('1.4.3')).map(({ path }) => path)
  assert.deepEqual(
    waiting[0].missing.map(({ path }: { path: string }) => path).sort(),
    paths.sort(),
  )

  const shown = await server.of('GET', '/releases/1.4.3')
  assert.equal(shown.status, 200)
  assert.deepEqual([shown.body.listed, shown.body.publishedAt], [false, undefined])
  assert.deepEqual((await server.of('GET', '/releases')).body, [])
})

test('metadata that gives a role other keys says that the role has to be signed anew', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.publish(desk, 1, [release('1.4.3')])
  const { body: before } = await server.of('GET', '/metadata')
  assert.deepEqual(before.signAnew, [])
  desk.roles = { ...desk.roles, security: [generateKey('ed25519')] }
  await server.upload('targets', desk.targetsMetadata(2, []))
  const { body } = await server.of('GET', '/metadata')
  assert.deepEqual(body.signAnew, ['security'])
})

test('published files are the bytes that devices get, and what is none is not found', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.publish(desk, 1, [release('1.4.3')])
  for (const file of ['timestamp.json', '1.root.json', '1.security.json']) {
    const response = await server.raw(`/products/${PRODUCT}/metadata/files/${file}`)
    assert.equal(response.headers.get('content-type'), 'application/octet-stream')
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), await server.metadata(file))
  }
  for (const file of ['2.root.json', 'security.json', '..%2Froot.json', '1.other.json']) {
    const { status, body } = await server.of('GET', `/metadata/files/${file}`)
    assert.deepEqual([status, body.code], [404, 'NO_SUCH_METADATA'], file)
  }
})

test('the SBOM of a release is compared with the one that it continues, or with another', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const [first, second] = [release('1.4.2'), release('1.4.3')]
  await server.publish(desk, 1, [first])
  await server.publish(desk, 2, [first, second])
  const { body: none } = await server.of('GET', '/releases/1.4.2/difference')
  assert.deepEqual(none, { state: 'first', added: [], removed: [], changed: [] })

  const { body } = await server.of('GET', '/releases/1.4.3/difference')
  assert.deepEqual([body.state, body.base], ['compared', '1.4.2'])
  assert.deepEqual(
    body.changed.map(({ name, from, to, direction }: Record<string, string>) => [
      ...[name, from, to, direction],
    ]),
    [['systeminformation', '5.2.5', '5.3.1', 'up']],
  )
  assert.deepEqual(body.counts, { added: 0, removed: 0, changed: 1, unchanged: 2, components: 3 })
  const same = await server.of('GET', '/releases/1.4.3/difference?base=1.4.3')
  assert.equal(same.body.counts.unchanged, 3)
  const { status } = await server.of('GET', '/releases/1.4.3/difference?base=9.9.9')
  assert.equal(status, 404)
})
