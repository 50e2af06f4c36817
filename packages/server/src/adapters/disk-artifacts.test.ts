import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DiskArtifacts, type OpenFile } from './disk-artifacts.ts'

const bytes = Buffer.from('firmware of the Lumen Gateway')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const expected = { sha256, length: bytes.length }

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-artifacts-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

test('an artifact is found under its digest once it is complete', async (t) => {
  const store = await DiskArtifacts.open(await folderFor(t))
  assert.equal(await store.find(sha256), undefined)
  await store.receive(chunks(bytes.subarray(0, 5), bytes.subarray(5)), expected)
  const stored = await store.find(sha256)
  assert.equal(stored?.length, bytes.length)
  assert.deepEqual(await readFile(stored?.path ?? ''), bytes)
  assert.match(stored?.path ?? '', new RegExp(`/${sha256.slice(0, 2)}/${sha256.slice(2)}$`))
})

const refused: [what: string, body: Uint8Array[], code: string][] = [
  ['other bytes of the right length', [Buffer.from(bytes).fill(0, 0, 1)], 'DIGEST_MISMATCH'],
  ['a truncated artifact', [bytes.subarray(1)], 'LENGTH_MISMATCH'],
  ['an artifact with more after its end', [bytes, Buffer.from('x')], 'LENGTH_MISMATCH'],
  ['nothing', [], 'LENGTH_MISMATCH'],
]
for (const [what, body, code] of refused) {
  test(`${what}: refused, and nothing is kept`, async (t) => {
    const folder = await folderFor(t)
    const store = await DiskArtifacts.open(folder)
    await assert.rejects(store.receive(chunks(...body), expected), { code })
    assert.equal(await store.find(sha256), undefined)
    assert.deepEqual(await filesIn(folder), [])
  })
}

test('an artifact whose second digest differs from the signed one is refused', async (t) => {
  const folder = await folderFor(t)
  const store = await DiskArtifacts.open(folder)
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  const other = {
    ...expected,
    sha512: sha512.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
  }
  await assert.rejects(store.receive(chunks(bytes), other), { code: 'DIGEST_MISMATCH' })
  assert.deepEqual(await filesIn(folder), [])
  await store.receive(chunks(bytes), { ...expected, sha512 })
})

test('endless data is cut off at the signed length', async (t) => {
  const store = await DiskArtifacts.open(await folderFor(t))
  let sent = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      sent += bytes.length
      yield bytes
    }
  }
  await assert.rejects(store.receive(endless(), expected), { code: 'LENGTH_MISMATCH' })
  assert.equal(sent, 2 * bytes.length)
})

test('an upload that is cut off leaves nothing behind', async (t) => {
  const folder = await folderFor(t)
  const store = await DiskArtifacts.open(folder)
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 5)
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  }
  await assert.rejects(store.receive(cut(), expected), { status: 400, code: 'UPLOAD_CUT_OFF' })
  assert.deepEqual(await filesIn(folder), [])
})

test('what a crash left incomplete is removed at the next start', async (t) => {
  const folder = await folderFor(t)
  await DiskArtifacts.open(folder)
  await writeFile(join(folder, 'incoming', 'left-over'), 'half an artifact')
  await DiskArtifacts.open(folder)
  assert.deepEqual(await filesIn(folder), [])
})

test('a full disk refuses the upload and keeps nothing', {
  skip: process.platform !== 'linux' && '/dev/full is only on Linux',
}, async (t) => {
  const folder = await folderFor(t)
  const onFullDisk = (): Promise<OpenFile> => open('/dev/full', 'w')
  const store = await DiskArtifacts.open(folder, onFullDisk)
  await assert.rejects(store.receive(chunks(bytes), expected), { status: 507, code: 'DISK_FULL' })
  assert.equal(await store.find(sha256), undefined)
})

test('no name from outside becomes a path', async (t) => {
  const folder = await folderFor(t)
  await writeFile(join(folder, 'secret'), 's')
  const store = await DiskArtifacts.open(join(folder, 'artifacts'))
  for (const name of ['../secret', '..', '', `${'a'.repeat(63)}/`, 'A'.repeat(64)]) {
    assert.equal(await store.find(name), undefined)
  }
})
