/**
 * Archive bomb: an artifact of a few kilobytes that unpacks to gigabytes and fills the device's disk or
 * memory. How much may come out is known from the listing, and no more is taken (CRA P-080).
 */
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { ARTIFACT_LISTING_MAX_BYTES } from '@fleetward/shared'
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
    await assert.rejects(device.install(artifact.release), {
      code: 'LENGTH_EXCEEDED',
      facts: { path: 'fleetward-slot.json', limit: ARTIFACT_LISTING_MAX_BYTES },
    })
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

test('a window that needs a lot of memory is refused, whatever is in it', async () => {
  const device = await SlotDevice.create()
  try {
    const files = [{ path: 'main.js', bytes: Buffer.alloc(40 * 1024 * 1024) }]
    const params = { [constants.ZSTD_c_windowLog]: 27 }
    const plan = { files, format: 'tar.zst' } as const
    let tar: Buffer = Buffer.alloc(0)
    const artifact = slotArtifact(plan, {
      archive: (archive) => {
        tar = archive
        return Buffer.alloc(0)
      },
      artifact: () => zstdCompressSync(tar, { params }),
    })
    await device.download(artifact)
    await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_INVALID' })

    const modest = slotArtifact(plan)
    await device.download(modest)
    await device.install(modest.release)
  } finally {
    await device.remove()
  }
})
