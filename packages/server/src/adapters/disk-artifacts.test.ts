import assert from 'node:assert/strict'
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  artifactSuite,
  bytes,
  chunks,
  expected,
  sha256,
} from '../../test/support/artifact-suite.ts'
import { DiskArtifacts, type OpenFile } from './disk-artifacts.ts'

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-artifacts-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

artifactSuite('the disk', async (t) => {
  const folder = await folderFor(t)
  return { store: await DiskArtifacts.open(folder), names: () => filesIn(folder) }
})

test('an artifact is a file whose name is its digest', async (t) => {
  const folder = await folderFor(t)
  const store = await DiskArtifacts.open(folder)
  await store.receive(chunks(bytes), expected)
  assert.deepEqual(await filesIn(join(folder, sha256.slice(0, 2))), [sha256.slice(2)])
})

test('what a crash left incomplete is removed at the next start', async (t) => {
  const folder = await folderFor(t)
  await DiskArtifacts.open(folder)
  await writeFile(join(folder, 'incoming', 'left-over'), 'half an artifact')
  await DiskArtifacts.open(folder)
  assert.deepEqual(await filesIn(folder), [])
})

test('a command beside the server leaves an upload that is under way alone', async (t) => {
  const folder = await folderFor(t)
  const store = await DiskArtifacts.open(folder)
  async function* withACommandInBetween() {
    for await (const chunk of chunks(bytes)) {
      yield chunk
      await DiskArtifacts.beside(folder)
    }
  }
  await store.receive(withACommandInBetween(), expected)
  assert.equal((await store.find(sha256))?.length, bytes.length)
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
