/** What happens to products and releases stands in the audit log, with who did it, and whoever subscribed hears of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAuditLine } from '@fleetward/shared'
import { type DeskRelease, PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

test('a release is on record from its metadata to its withdrawal, and is told once each', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const release: DeskRelease = {
    ...{ version: '1.4.3', kind: 'security', artifact: Buffer.alloc(150_000, 'x') },
  }
  await server.publish(desk, 1, [release])
  await server.of('POST', '/releases/1.4.3/withdraw')
  await server.of('POST', '/releases/1.4.3/withdraw')
  const { audit, events } = storesOf(server)
  const entries = (await audit.lines(0, 500)).map(({ line }) => parseAuditLine(line))
  const changes = entries.filter(({ actor }) => actor.id === 'machine')
  const said = changes.map(({ action, subject }) => `${action} ${subject}`)
  assert.equal(said[0], `product.created product/${PRODUCT}`)
  const ofRelease = said.filter((text) => /security|1\.4\.3/.test(text))
  assert.deepEqual(ofRelease, [
    'metadata.uploaded metadata/security',
    'metadata.published metadata/security',
    'release.published release/1.4.3',
    'release.withdrawn release/1.4.3',
  ])
  assert.ok(said.some((text) => text.startsWith('file.uploaded file/')))
  for (const { product, outcome, actor } of changes) {
    assert.deepEqual([product, outcome, actor.address], [PRODUCT, 'done', '127.0.0.1'])
  }
  await events.order()
  const told = (await events.after(0, 100)).filter(({ type }) => type.startsWith('release.'))
  assert.deepEqual(
    told.map(({ type, product, data }) => [type, product, JSON.stringify(data)]),
    [
      ['release.published', PRODUCT, '{"version":"1.4.3","kind":"security"}'],
      ['release.withdrawn', PRODUCT, '{"version":"1.4.3","kind":"security"}'],
    ],
  )
})
