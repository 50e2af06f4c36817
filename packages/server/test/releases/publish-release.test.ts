import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { TrustedMetadata } from '@fleetward/shared'
import { type DeskRelease, filesOf } from '../support/desk.ts'
import { TestServer } from '../support/test-server.ts'

const security: DeskRelease = {
  version: '1.4.3',
  kind: 'security',
  artifact: Buffer.alloc(150_000, 'x'),
}

test('a release is published with its last file, and a TUF client reads it', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const bytes = desk.roleMetadata('security', 1, [security])
  const first = await server.upload('security', bytes)
  assert.equal(first.status, 202)
  assert.deepEqual(
    first.body.missing.map((file: { path: string }) => file.path),
    filesOf(security).map(({ path }) => path),
  )
  assert.equal(await server.metadata('1.security.json'), undefined)

  await server.uploadFiles(filesOf(security))
  assert.deepEqual(await server.metadata('1.security.json'), bytes)
  const again = await server.upload('security', bytes)
  assert.deepEqual([again.status, again.body], [200, { role: 'security', version: 1 }])

  const { releases } = { releases: (await server.of('GET', '/releases')).body }
  assert.equal(releases.length, 1)
  assert.equal(releases[0].version, '1.4.3')
  assert.equal(releases[0].listed, true)

  const read = async (name: string) => (await server.metadata(name)) ?? new Uint8Array()
  const trusted = new TrustedMetadata(await read('1.root.json'), {
    verifier: nodeVerifier,
    now: server.clock.at,
  })
  trusted.finishRoot()
  trusted.updateTimestamp(await read('timestamp.json'))
  trusted.updateSnapshot(await read(`${trusted.timestamp?.snapshot.version}.snapshot.json`))
  trusted.updateTargets('targets', 'root', await read('1.targets.json'))
  trusted.updateTargets('security', 'targets', await read('1.security.json'))
})
