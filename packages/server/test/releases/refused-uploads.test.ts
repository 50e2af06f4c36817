/** What bad input gets: a code, and nothing is lost or half accepted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { type Json, keyIdOf } from '@fleetward/shared'
import { type Desk, type DeskRelease, file, filesOf } from '../support/desk.ts'
import { TestServer } from '../support/test-server.ts'

const release: DeskRelease = {
  version: '1.4.3',
  kind: 'security',
  artifact: Buffer.alloc(70_000, 'x'),
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytesOf = (json: string) => new TextEncoder().encode(json)
const other = generateKey('ed25519')

const badMetadata: [
  what: string,
  role: string,
  bytes: (desk: Desk) => Uint8Array,
  status: number,
  code: string,
][] = [
  [
    'truncated',
    'security',
    (desk) => desk.roleMetadata('security', 1, []).subarray(0, -9),
    422,
    'JSON_INVALID',
  ],
  ['empty', 'security', () => new Uint8Array(), 422, 'JSON_INVALID'],
  ['oversized', 'security', () => new Uint8Array(300 * 1024), 413, 'BODY_TOO_LARGE'],
  ['an oversized root', 'root', () => new Uint8Array(100 * 1024), 422, 'LENGTH_EXCEEDED'],
  [
    'with a duplicate key',
    'security',
    (desk) => bytesOf(text(desk.roleMetadata('security', 1, [])).replace('{', '{"signatures":[],')),
    422,
    'JSON_DUPLICATE_KEY',
  ],
  [
    'of another type',
    'security',
    (desk) => desk.rootMetadata(1, onlineKeys),
    422,
    'METADATA_INVALID',
  ],
  [
    'by a stranger',
    'security',
    (desk) => desk.roleMetadata('security', 1, [], { signers: [other] }),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'by one of two',
    'security',
    (desk) => desk.roleMetadata('security', 1, [], { signers: desk.roles.security.slice(0, 1) }),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'by the keys of another role',
    'security',
    (desk) => desk.roleMetadata('security', 1, [], { signers: desk.roles.functionality }),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'unsigned',
    'security',
    (desk) => desk.roleMetadata('security', 1, [], { signers: [] }),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'changed after signing',
    'security',
    (desk) =>
      bytesOf(
        text(desk.roleMetadata('security', 1, [release])).replace(
          '"securityCounter":2',
          '"securityCounter":1',
        ),
      ),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'a release of another product',
    'security',
    (desk) => desk.roleMetadata('security', 1, [{ ...release, product: 'other' }]),
    422,
    'RELEASE_FOR_OTHER_PRODUCT',
  ],
  [
    'a file that belongs to no release',
    'security',
    (desk) =>
      desk.roleMetadata('security', 1, [], {
        targets: { 'security/1.4.3/extra': { length: 1, hashes: { sha256: 'a'.repeat(64) } } },
      }),
    422,
    'RELEASE_INVALID',
  ],
  [
    'a release of the other role',
    'functionality',
    (desk) => desk.roleMetadata('functionality', 1, [release]),
    422,
    'METADATA_INVALID',
  ],
  [
    'a path outside trust/',
    'targets',
    (desk) => desk.targetsMetadata(2, [file('firmware/x', bytesOf('x'))]),
    422,
    'METADATA_INVALID',
  ],
  [
    'targets without delegations',
    'targets',
    (desk) => desk.targetsMetadata(2, [], { delegations: { keys: {}, roles: [] } }),
    422,
    'METADATA_INVALID',
  ],
  [
    'a root that skips one',
    'root',
    (desk) => desk.rootMetadata(3, onlineKeys),
    422,
    'VERSION_MISMATCH',
  ],
  [
    'a root by one of three',
    'root',
    (desk) => desk.rootMetadata(2, onlineKeys, { signers: desk.root.slice(0, 1) }),
    422,
    'THRESHOLD_NOT_MET',
  ],
  [
    'a root without consistent snapshots',
    'root',
    (desk) => desk.rootMetadata(2, onlineKeys, { consistent_snapshot: false }),
    422,
    'METADATA_INVALID',
  ],
  [
    'a root that gives the targets role to the server',
    'root',
    (desk) =>
      desk.rootMetadata(2, onlineKeys, {
        roles: { targets: { keyids: [keyIdOf(onlineKeys.timestamp)], threshold: 1 } },
      }),
    422,
    'KEY_INVALID',
  ],
  [
    "a root without the server's timestamp key",
    'root',
    (desk) =>
      desk.rootMetadata(2, onlineKeys, {
        roles: { timestamp: { keyids: [keyIdOf(onlineKeys.snapshot)], threshold: 1 } },
      }),
    422,
    'METADATA_INVALID',
  ],
  ['of a role that is not uploaded', 'timestamp', () => bytesOf('{}'), 400, 'REQUEST_INVALID'],
]

let onlineKeys: { timestamp: Json; snapshot: Json }

test('refused metadata changes nothing', async (t) => {
  const server = await TestServer.start(t)
  const { desk, online } = await server.product()
  onlineKeys = online
  const before = await server.metadata('timestamp.json')
  for (const [what, role, bytes, status, code] of badMetadata) {
    await t.test(`${role} metadata ${what}: ${code}`, async () => {
      const answer = await server.upload(role, bytes(desk))
      assert.deepEqual([answer.status, answer.body.code], [status, code])
      assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    })
  }
  assert.deepEqual(await server.metadata('timestamp.json'), before)
  assert.equal(await server.metadata('1.security.json'), undefined)
})

test('metadata that has expired is refused', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  server.clock.at = new Date(desk.expires)
  const { body } = await server.upload('security', desk.roleMetadata('security', 1, []))
  assert.equal(body.code, 'METADATA_EXPIRED')
})

test('a version that is published is never replaced, and never followed by an older one', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 5, []))
  const same = await server.upload('security', desk.roleMetadata('security', 5, [release]))
  assert.deepEqual([same.status, same.body.code], [409, 'METADATA_EXISTS'])
  const older = await server.upload('security', desk.roleMetadata('security', 4, []))
  assert.deepEqual([older.status, older.body.code], [422, 'VERSION_DECREASED'])
})

test('a published release never changes its bytes', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [release])).status, 200)
  const changed = { ...release, artifact: Buffer.alloc(70_000, 'y') }
  const answer = await server.upload('security', desk.roleMetadata('security', 2, [changed]))
  assert.deepEqual([answer.status, answer.body.code], [409, 'RELEASE_EXISTS'])
  assert.deepEqual(answer.body.facts, { version: '1.4.3' })
  // Nor under the other role, nor after it has left the metadata.
  const moved = { ...changed, kind: 'functionality' as const }
  const elsewhere = await server.upload(
    'functionality',
    desk.roleMetadata('functionality', 1, [moved]),
  )
  assert.equal(elsewhere.body.code, 'RELEASE_EXISTS')
  assert.equal((await server.upload('security', desk.roleMetadata('security', 2, []))).status, 200)
  const later = await server.upload('security', desk.roleMetadata('security', 3, [changed]))
  assert.equal(later.body.code, 'RELEASE_EXISTS')
  assert.equal((await server.publish(desk, 3, [release])).status, 200)
})

test('a file is taken only when verified metadata lists it', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const [artifact] = filesOf(release)
  assert.ok(artifact)
  const put = (bytes: Uint8Array) => server.of('PUT', `/files/${artifact.sha256}`, bytes)

  const unsigned = await put(artifact.bytes)
  assert.deepEqual([unsigned.status, unsigned.body.code], [404, 'UPLOAD_NOT_SIGNED'])

  await server.upload('security', desk.roleMetadata('security', 1, [release]))
  const cases: [bytes: Uint8Array, code: string][] = [
    [artifact.bytes.subarray(1), 'LENGTH_MISMATCH'],
    [Buffer.concat([artifact.bytes, Buffer.from('x')]), 'LENGTH_MISMATCH'],
    [Buffer.alloc(artifact.bytes.length, 'y'), 'DIGEST_MISMATCH'],
  ]
  for (const [bytes, code] of cases) {
    const answer = await put(bytes)
    assert.deepEqual([answer.status, answer.body.code], [422, code])
    assert.equal(await server.edge?.artifacts.find(artifact.sha256), undefined)
  }
  assert.equal((await put(artifact.bytes)).status, 200)
  assert.equal((await put(artifact.bytes)).status, 200)
})

test('an upload that is much too long is answered, not just cut off', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 1, [release]))
  const [artifact] = filesOf(release)
  const path = `/files/${artifact?.sha256}`
  const answer = await server.of('PUT', path, new Uint8Array(32 * 1024 * 1024))
  assert.deepEqual([answer.status, answer.body.code], [422, 'LENGTH_MISMATCH'])
})

const badFiles: [what: string, release: Partial<DeskRelease>, index: number, code: string][] = [
  ['an SBOM that is not JSON', { sbom: 'not JSON' }, 2, 'SBOM_INVALID'],
  [
    'an SBOM that breaks its format',
    { sbom: '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}' },
    2,
    'SBOM_INVALID',
  ],
  ['an SBOM of no known format', { sbom: '{"components":[]}' }, 2, 'SBOM_INVALID'],
  ['a chunk list that is not JSON', { chunkList: bytesOf('[') }, 1, 'JSON_INVALID'],
  [
    'a chunk list of another artifact',
    { chunkList: bytesOf(`{"chunks":["${'a'.repeat(64)}"],"length":5,"size":65536}`) },
    1,
    'CHUNK_LIST_INVALID',
  ],
]
for (const [what, changes, index, code] of badFiles) {
  test(`${what} is refused although its digest is signed, and the release is not published`, async (t) => {
    const server = await TestServer.start(t)
    const { desk } = await server.product()
    const bad = { ...release, ...changes }
    await server.upload('security', desk.roleMetadata('security', 1, [bad]))
    const files = filesOf(bad)
    const badFile = files[index]
    assert.ok(badFile)
    await server.uploadFiles(files.filter((each) => each !== badFile))
    const answer = await server.of('PUT', `/files/${badFile.sha256}`, badFile.bytes)
    assert.deepEqual([answer.status, answer.body.code], [422, code])
    assert.equal(await server.edge?.artifacts.find(badFile.sha256), undefined)
    assert.deepEqual((await server.of('GET', '/releases')).body, [])
  })
}

test('metadata and files of a product that does not exist are refused', async (t) => {
  const server = await TestServer.start(t)
  const answer = await server.upload('root', bytesOf('{}'))
  assert.deepEqual([answer.status, answer.body.code], [404, 'NO_SUCH_PRODUCT'])
})
