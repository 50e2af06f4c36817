/**
 * Extra data after the image (RFC 9124 §4.2.14, IMG.EXTRA): bytes that ride along behind what is checked.
 * Every layer ends exactly where its inside says, and the artifact where its signature says.
 */
import assert from 'node:assert/strict'
import { appendFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { slotArtifact, type Tampering, tarOf, text } from '../support/slot-artifact.ts'
import { SlotDevice } from '../support/slot-device.ts'

const FILES = [{ path: 'main.js', bytes: text('good') }]
const evilTar = tarOf([{ name: 'evil.js', bytes: text('evil') }])
const behind = (bytes: Buffer) => (before: Buffer) => Buffer.concat([before, bytes])

const attacks: [string, 'tar.gz' | 'tar.zst', Tampering][] = [
  ['one zero behind the archive', 'tar.gz', { archive: behind(Buffer.of(0)) }],
  ['blocks of zeros behind the archive', 'tar.gz', { archive: behind(Buffer.alloc(10_240)) }],
  ['a second archive behind the first', 'tar.gz', { archive: behind(evilTar) }],
  ['a byte behind the gzip', 'tar.gz', { artifact: behind(Buffer.of(0)) }],
  ['words behind the gzip', 'tar.gz', { artifact: behind(text('and something else')) }],
  [
    'an empty member behind the gzip',
    'tar.gz',
    { artifact: behind(Buffer.concat([gzipSync(''), text('x')])) },
  ],
  ['a second member behind the gzip', 'tar.gz', { artifact: behind(gzipSync(evilTar)) }],
  ['a byte behind the zstd', 'tar.zst', { artifact: behind(Buffer.of(0)) }],
  ['words behind the zstd', 'tar.zst', { artifact: behind(text('and something else')) }],
  ['a second frame behind the zstd', 'tar.zst', { artifact: behind(zstdCompressSync(evilTar)) }],
]
for (const [what, format, tampering] of attacks) {
  test(`a signed artifact with ${what} is refused`, async () => {
    const device = await SlotDevice.create()
    try {
      const artifact = slotArtifact({ files: FILES, format }, tampering)
      await device.download(artifact)
      await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_INVALID' })
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })
}

test('bytes that somebody puts behind the downloaded artifact are refused', async () => {
  const device = await SlotDevice.create()
  try {
    const artifact = slotArtifact({ files: FILES })
    await appendFile(await device.download(artifact), 'more')
    await assert.rejects(device.install(artifact.release), { name: 'TrustError' })
    assert.equal(await device.contents(), undefined)
  } finally {
    await device.remove()
  }
})
