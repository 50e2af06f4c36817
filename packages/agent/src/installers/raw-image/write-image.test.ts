/** What a slow disk is given: it takes bytes long after it was asked, and they must still be the right ones. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sha256 } from '../../../../../test/support/slot-artifact.ts'
import { BLOCK_BYTES, blocksOfFile, blocksOfStream, PARALLEL_WRITES } from './image-blocks.ts'
import type { SlotImage } from './slot-image.ts'
import { writeImage } from './write-image.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-slow-'))
})
after(() => rm(folder, { recursive: true }))

/** Looks at the bytes it was given only when nothing else goes on any more. */
class SlowDisk {
  readonly taken = new Map<number, Buffer>()
  underWay = 0
  mostUnderWay = 0

  get slot(): SlotImage {
    const file = {
      write: async (block: Buffer, offset: number, length: number, position: number) => {
        this.underWay += 1
        this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay)
        for (let turn = 0; turn < 40; turn += 1) await new Promise(setImmediate)
        this.taken.set(position, Buffer.from(block.subarray(offset, offset + length)))
        this.underWay -= 1
        return { bytesWritten: length }
      },
      datasync: async () => {},
      sync: async () => assert.equal(this.underWay, 0, 'synced after the last write'),
    }
    const capacityBytes = Number.MAX_SAFE_INTEGER
    return { file, path: 'slow', isDevice: false, capacityBytes } as unknown as SlotImage
  }

  image(length: number): Buffer {
    const image = Buffer.alloc(length)
    for (const [position, bytes] of this.taken) bytes.copy(image, position)
    return image
  }
}

/** R: bytes, 0: a block of zeros. */
for (const pattern of ['RRRRRRRRRR', 'RR00RR00RR00RR', 'R000R000RR0R0R00R', '0000', 'R00R']) {
  const image = Buffer.concat([
    ...[...pattern].map((kind) =>
      kind === 'R' ? randomBytes(BLOCK_BYTES) : Buffer.alloc(BLOCK_BYTES),
    ),
    randomBytes(777),
  ])
  for (const from of ['a file', 'a stream']) {
    test(`blocks ${pattern} out of ${from} are still themselves when a slow disk takes them`, async () => {
      const disk = new SlowDisk()
      const path = join(folder, 'image')
      await writeFile(path, image)
      const file = await open(path)
      async function* pieces() {
        for (let at = 0; at < image.length; at += 300_001) yield image.subarray(at, at + 300_001)
      }
      const blocks = from === 'a file' ? blocksOfFile(file) : blocksOfStream(pieces())
      const digest = await writeImage(disk.slot, blocks, { length: image.length })
      await file.close()
      assert.equal(digest, sha256(image))
      assert.equal(sha256(disk.image(image.length)), sha256(image))
      assert.ok(disk.mostUnderWay <= PARALLEL_WRITES)
    })
  }
}
