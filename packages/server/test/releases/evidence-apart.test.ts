/** Bytes lie under their digest in one store; that they are there makes them no file of a release. CRA P-036, P-060 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesOf, PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { TestServer } from '../support/test-server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }

async function withEvidence(t: Parameters<typeof TestServer.start>[0], sbom: string) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.call('POST', '/products', { id: 'other' })
  const release = aRelease('1.4.3', { sbom })
  const [artifact, chunks, file] = filesOf(release)
  assert.ok(artifact && chunks && file)
  const about = new URLSearchParams({ kind: 'other', name: 'x', outcome: 'passed' })
  about.set('subject', artifact.sha256)
  const path = `/products/other/evidence/files/${file.sha256}?${about}`
  assert.equal((await server.call('PUT', path, file.bytes, BYTES)).status, 200)
  const staged = await server.upload('security', desk.roleMetadata('security', 1, [release]))
  await server.uploadFiles([artifact, chunks])
  const bring = (bytes: Uint8Array) =>
    server.call('PUT', `/products/${PRODUCT}/files/${file.sha256}`, bytes, BYTES)
  const published = async () => (await server.of('GET', '/releases')).body.length
  return { server, staged: staged.body, file, bring, published }
}

test('evidence is read as no SBOM, so it stands in for none', async (t) => {
  const { staged, file, bring, published } = await withEvidence(t, '{"it":"is no SBOM"}')
  const missing = staged.missing.map(({ sha256 }: { sha256: string }) => sha256)
  assert.ok(missing.includes(file.sha256), 'though these bytes are there')
  assert.equal(await published(), 0)
  const refused = await bring(file.bytes)
  assert.deepEqual([refused.status, refused.body.code], [422, 'SBOM_INVALID'])
  assert.equal(await published(), 0)
})

test('what the store has from another product is published by who has it, not by who knows its digest', async (t) => {
  const { server, file, bring, published } = await withEvidence(t, gatewaySbom('1.4.3').text)
  assert.equal(await published(), 0)
  const others = file.bytes.map((byte) => byte ^ 1)
  assert.equal((await bring(others)).body.code, 'DIGEST_MISMATCH')
  assert.equal((await bring(file.bytes.subarray(1))).body.code, 'LENGTH_MISMATCH')
  assert.equal(await published(), 0)
  assert.equal((await bring(file.bytes)).status, 200)
  assert.equal(await published(), 1)
  const [evidence] = (await server.call('GET', '/products/other/evidence')).body
  assert.equal(evidence.sha256, file.sha256, 'which has it still')
})
