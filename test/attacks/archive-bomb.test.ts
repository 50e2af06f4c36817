/**
 * Archive bomb: an artifact of a few kilobytes that unpacks to gigabytes and fills the device's disk or
 * memory. How much may come out is known from the listing, and no more is taken.
 */
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { slotArtifact, tarEntry, text } from '../support/slot-artifact.ts'
import { SlotDevice } from '../support/slot-device.ts'

const FILES = [{ path: 'main.js', bytes: text('good') }]
const BOMB_BYTES = 512 * 1024 * 1024

/** Half a gigabyte of zeros in a few hundred kilobytes, without ever holding it. */
const zeros = Buffer.alloc(16 * 1024 * 1024)
const gzipBomb = Buffer.concat(
  Array.from({ length: BOMB_BYTES / zeros.length }, () => gzipSync(zeros)),
)
const zstdBomb = Buffer.concat(
  Array.from({ length: BOMB_BYTES / zeros.length }, () => zstdCompressSync(zeros)),
)

for (const [format, bomb] of [
  ['tar.gz', gzipBomb],
  ['tar.zst', zstdBomb],
] as const) {
  test(`${format}: zeros behind the archive are refused at the first of them`, async () => {
    const device = await SlotDevice.create()
    try {
      const artifact = slotArtifact(
        { files: FILES, format },
        { artifact: (compressed) => Buffer.concat([compressed, bomb]) },
      )
      await device.download(artifact)
      const before = process.memoryUsage().rss
      await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_INVALID' })
      assert.ok(process.memoryUsage().rss - before < BOMB_BYTES / 4)
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })

  test(`${format}: a file that goes on beyond its listed length is refused`, async () => {
    const device = await SlotDevice.create()
    try {
      const artifact = slotArtifact(
        { files: FILES, format },
        {
          entries: (all) => [...all.slice(0, 1), { name: 'main.js', size: '04000000000' }],
          archive: (tar) => tar.subarray(0, -1024),
          artifact: (compressed) => Buffer.concat([compressed, bomb]),
        },
      )
      await device.download(artifact)
      await assert.rejects(device.install(artifact.release), { code: 'LENGTH_MISMATCH' })
      await assert.rejects(stat(join(device.slots, 'B', 'main.js')), { code: 'ENOENT' })
    } finally {
      await device.remove()
    }
  })
}

test('a listing that never ends is refused by its header', async () => {
  const device = await SlotDevice.create()
  try {
    const header = tarEntry({ name: 'fleetward-slot.json', size: '00777777777' })
    const artifact = slotArtifact(
      { files: FILES },
      { artifact: () => Buffer.concat([gzipSync(header), gzipBomb]) },
    )
    await device.download(artifact)
    await assert.rejects(device.install(artifact.release), { code: 'LENGTH_EXCEEDED' })
  } finally {
    await device.remove()
  }
})

test('a signed listing of more than the release says is refused before it is unpacked', async () => {
  const device = await SlotDevice.create()
  try {
    const artifact = slotArtifact(
      { files: [{ path: 'main.js', bytes: Buffer.alloc(5_000_000) }] },
      { release: { installedSize: 5_000 } },
    )
    await device.download(artifact)
    await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_INVALID' })
    await assert.rejects(stat(join(device.slots, 'B', 'main.js')), { code: 'ENOENT' })
  } finally {
    await device.remove()
  }
})

test('a window that needs gigabytes of memory is refused', async () => {
  const device = await SlotDevice.create()
  try {
    const artifact = slotArtifact(
      { files: FILES, format: 'tar.zst' },
      {
        archive: (tar) => Buffer.concat([tar, Buffer.alloc(1024)]),
        artifact: () =>
          zstdCompressSync(Buffer.alloc(40 * 1024 * 1024, 7), {
            params: { [constants.ZSTD_c_windowLog]: 27 },
          }),
      },
    )
    await device.download(artifact)
    await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_INVALID' })
  } finally {
    await device.remove()
  }
})
