/** Lengths at which others lost count (RAUC, CVE-2026-34155): the last byte is as well guarded as the first. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { link, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeOf } from '@fleetward/shared'
import { releaseOf } from '../../../../../test/support/slot-artifact.ts'
import { artifactPath } from '../../transfer/partial-artifact.ts'
import { BLOCK_BYTES } from './image-blocks.ts'
import { RawImageInstaller } from './raw-image-installer.ts'

for (const length of [2 ** 31 + 1, 2 ** 32 + 1]) {
  test(`an image of ${length} bytes is verified to its last byte`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-large-'))
    try {
      const image = join(folder, 'image')
      const digest = await makeImage(image, length)
      const place = (name: string) => ({ path: join(folder, name), type: 'file' }) as const
      const installer = new RawImageInstaller({
        ...{ slotsFolder: folder, downloadFolder: folder, selfTest: ['/bin/true'] },
        places: { A: place('a.img'), B: place('b.img') },
        forbid: async () => {},
        log: { write: () => {} },
      })
      const { release } = releaseOf(Buffer.from('x'), {
        ...{ format: 'raw', installedSize: length },
        release: { installer: 'raw-image', length, sha256: digest },
      })
      await link(image, artifactPath(folder, digest))
      const options = { signal: new AbortController().signal }
      await installer.write(release, 'B', options)
      assert.equal((await installer.contents('B'))?.version, '1.4.3')

      await writeAt(image, 'y', length - 1)
      await assert.rejects(
        installer.write(release, 'B', options),
        (error) => codeOf(error)?.code === 'DIGEST_MISMATCH',
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}

/** Zeros, but for the first and the last byte. Returns the digest. */
async function makeImage(path: string, length: number): Promise<string> {
  await writeAt(path, 'a', 0)
  await writeAt(path, 'z', length - 1)
  const hash = createHash('sha256').update('a')
  const zeros = Buffer.alloc(BLOCK_BYTES)
  let left = length - 2
  for (; left >= BLOCK_BYTES; left -= BLOCK_BYTES) hash.update(zeros)
  return hash.update(zeros.subarray(0, left)).update('z').digest('hex')
}

async function writeAt(path: string, text: string, position: number): Promise<void> {
  const file = await open(path, position === 0 ? 'w' : 'r+')
  await file.write(Buffer.from(text), 0, 1, position)
  await file.close()
}
