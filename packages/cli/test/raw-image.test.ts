/** A release of an image: measured as devices will measure it, or refused at the desk. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { createZstdCompress, gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib'
import { PRODUCT, TestDesk } from './test-desk.ts'

const IMAGE = Buffer.concat([randomBytes(300_000), Buffer.alloc(700_000)])

const desk = await TestDesk.make()
after(() => desk.remove())
await desk.generate('root-1', 'root-2', 'root-3', 'sec', 'fun')
await desk.init(await desk.writeServerKeys())

async function artifact(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(desk.folder, name)
  await writeFile(path, bytes)
  return path
}

const create = (path: string, ...more: string[]) =>
  desk.create('--installer', 'raw-image', '--artifact', path, '--replace-draft', ...more)

for (const [name, format, bytes, more] of [
  ['panel.img', 'raw', IMAGE, []],
  ['panel.raw.gz', 'raw.gz', gzipSync(IMAGE), []],
  ['panel.img.zst', 'raw.zst', zstdCompressSync(IMAGE), []],
  ['panel.bin', 'raw.zst', zstdCompressSync(IMAGE), ['--format', 'raw.zst']],
] as const) {
  test(`${name} is described as ${format}, with the length of the image`, async () => {
    const ended = await create(await artifact(name, bytes), ...more)
    assert.equal(ended.exitCode, 0, ended.stdout)
    const { draft, path } = ended.json<{ draft: string; path: string }>()
    const { signed } = JSON.parse(await readFile(draft, 'utf8'))
    const { installer, installedSize, format: seen } = signed.targets[path].custom.fleetward
    const expected = { installer: 'raw-image', installedSize: IMAGE.length, format }
    assert.deepEqual({ installer, installedSize, format: seen }, expected)
    assert.ok(signed.targets[`security/1.4.3/${name}.chunks.json`], PRODUCT)
  })
}

for (const [what, name, bytes, code] of [
  ['whose name says nothing', 'panel.bin', IMAGE, 'ARTIFACT_NAME_INVALID'],
  ['that is an archive by its name', 'panel.tar.gz', gzipSync(IMAGE), 'ARTIFACT_NAME_INVALID'],
  [
    'that is not compressed as its name says',
    'panel.img.gz',
    zstdCompressSync(IMAGE),
    'ARTIFACT_INVALID',
  ],
  ['that is cut off', 'panel.img.gz', gzipSync(IMAGE).subarray(0, -5), 'ARTIFACT_INVALID'],
  [
    'with something behind it',
    'panel.img.gz',
    Buffer.concat([gzipSync(IMAGE), Buffer.from('x')]),
    'ARTIFACT_INVALID',
  ],
  ['of no bytes', 'panel.img', Buffer.alloc(0), 'ARTIFACT_INVALID'],
  [
    'of no bytes, compressed',
    'panel.img.zst',
    zstdCompressSync(Buffer.alloc(0)),
    'ARTIFACT_INVALID',
  ],
] as const) {
  test(`an image ${what} is refused at the desk`, async () => {
    const ended = await create(await artifact(name, bytes))
    assert.notEqual(ended.exitCode, 0)
    assert.equal(ended.json<{ error: { code: string } }>().error.code, code)
  })
}

test('an image that devices could not decompress in their memory is refused at the desk', async () => {
  // As a stream, whose length is not known in advance: the frame then asks for its whole window.
  const compressor = createZstdCompress({ params: { [zlib.ZSTD_c_windowLog]: 27 } })
  compressor.write(IMAGE.subarray(0, 1000))
  compressor.end(IMAGE.subarray(1000))
  const ended = await create(await artifact('wide.img.zst', await buffer(compressor)))
  assert.equal(ended.json<{ error: { code: string } }>().error.code, 'ARTIFACT_INVALID')
})

test('a format of another installer is refused', async () => {
  const ended = await create(await artifact('panel.img', IMAGE), '--format', 'tar.gz')
  assert.equal(ended.json<{ error: { code: string } }>().error.code, 'FORMAT_OF_OTHER_INSTALLER')
})
