/**
 * Payload swap: the artifact is replaced after the download verified it and before, or while, it is
 * installed (RAUC CVE-2020-25860; RFC 9124 §4.2.10). The installer believes only the bytes it unpacks
 * (CRA P-072).
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { lstat, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type SlotArtifact, slotArtifact, text } from '../support/slot-artifact.ts'
import { SlotDevice } from '../support/slot-device.ts'

const GOOD = slotArtifact({ files: [{ path: 'main.js', bytes: text('good') }] })
/** As well-formed as the good one, of the same product and version. */
const EVIL = slotArtifact({ files: [{ path: 'main.js', bytes: text('evil') }] })

const swaps: [string, (path: string, device: SlotDevice) => Promise<void>][] = [
  ['its bytes', (path) => writeFile(path, EVIL.bytes)],
  [
    'the file',
    async (path, device) => {
      await writeFile(join(device.folder, 'evil'), EVIL.bytes)
      await rename(join(device.folder, 'evil'), path)
    },
  ],
  [
    'a link to another file',
    async (path, device) => {
      await writeFile(join(device.folder, 'evil'), EVIL.bytes)
      await rm(path)
      await symlink(join(device.folder, 'evil'), path)
    },
  ],
  [
    'a link to the same bytes, which can change at any time',
    async (path, device) => {
      await rename(path, join(device.folder, 'same'))
      await symlink(join(device.folder, 'same'), path)
    },
  ],
  ['one bit', (path) => writeFile(path, bent(GOOD))],
  ['a beginning of it', (path) => writeFile(path, GOOD.bytes.subarray(0, -1))],
  ['nothing', (path) => writeFile(path, '')],
]

function bent({ bytes }: SlotArtifact): Buffer {
  const copy = Buffer.from(bytes)
  // MTIME in the gzip header: no decompressor minds it.
  copy[4] = (copy[4] ?? 0) ^ 1
  return copy
}

for (const [what, swap] of swaps) {
  test(`an artifact swapped for ${what} after its check is not installed`, async () => {
    const device = await SlotDevice.create()
    try {
      const path = await device.download(GOOD)
      await swap(path, device)
      await assert.rejects(device.install(GOOD.release))
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })
}

/** Enough files that the installer is still busy when the first of them is seen. */
const MANY = slotArtifact({
  version: '1.4.4',
  files: [
    { path: 'app.js', bytes: text('good') },
    ...Array.from({ length: 60 }, (_, i) => ({
      path: `lib/${String(i).padStart(3, '0')}.bin`,
      bytes: randomBytes(60_000),
    })),
  ],
})

test('a file swapped in the slot while it is written is found before the slot may boot', async () => {
  const device = await SlotDevice.create()
  try {
    await device.download(MANY)
    const installing = device.install(MANY.release)
    const refused = assert.rejects(installing, { code: 'DIGEST_MISMATCH' })
    await appears(device, 'B/lib/001.bin')
    await writeFile(join(device.slots, 'B/app.js'), 'evil')
    await refused
    assert.equal(await device.contents(), undefined)
  } finally {
    await device.remove()
  }
})

test('a file put into the slot while it is written is found before the slot may boot', async () => {
  const device = await SlotDevice.create()
  try {
    await device.download(MANY)
    const installing = device.install(MANY.release)
    const refused = assert.rejects(installing, { code: 'ARTIFACT_ENTRY_NOT_LISTED' })
    await appears(device, 'B/lib/001.bin')
    await writeFile(join(device.slots, 'B/lib/evil.js'), 'evil')
    await refused
    assert.equal(await device.contents(), undefined)
  } finally {
    await device.remove()
  }
})

test('a slot that is being written over is not bootable meanwhile', async () => {
  const device = await SlotDevice.create()
  try {
    await device.download(GOOD)
    await device.install(GOOD.release)
    assert.equal((await device.contents())?.version, '1.4.3')
    await device.download(MANY)
    const installing = device.install(MANY.release)
    await appears(device, 'B/lib/001.bin')
    assert.equal(await device.contents(), undefined)
    await installing
    assert.equal((await device.contents())?.version, '1.4.4')
  } finally {
    await device.remove()
  }
})

async function appears({ slots }: SlotDevice, path: string): Promise<void> {
  for (;;) {
    if ((await lstat(join(slots, path)).catch(() => undefined)) !== undefined) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
