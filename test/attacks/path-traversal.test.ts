/** Names that strangers choose must not become paths that they choose. CVE-2021-41131 and its kin. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { metadataFileName, targetFilePath } from '@fleetward/shared'
import { FileMetadataStore } from '../../packages/agent/src/tuf/file-metadata-store.ts'
import { fileNameOf } from '../../packages/agent/src/tuf/file-name.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

const NAMES = [
  '../outside',
  '../../outside',
  '/etc/fleetward-outside',
  '..',
  '.',
  '.hidden',
  'a/b/c',
  'a\\..\\b',
  'C:outside',
  'nul\u0000byte',
  'line\nfeed',
  '%2e%2e%2foutside',
  '..%2Foutside',
  'röle ☃',
  'x'.repeat(5000),
  'Root',
  'ROOT',
  'root.json',
]

test('a role of any name is stored in its folder, as one file of its own', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'fleetward-names-'))
  try {
    const folder = join(parent, 'tuf')
    mkdirSync(folder)
    const repository = new RepositorySimulator()
    for (const name of NAMES) {
      repository.delegate('targets', name, { paths: [`${NAMES.indexOf(name)}/*`] })
      repository.addArtifact(name, `${NAMES.indexOf(name)}/file`, 'bytes')
    }
    repository.publish(...NAMES, 'targets', 'snapshot', 'timestamp')
    const device = new TufDevice(repository, { store: new FileMetadataStore(folder) })
    const client = device.client()
    await client.refresh()
    for (const name of NAMES)
      assert.ok(await client.findTarget(`${NAMES.indexOf(name)}/file`), name)

    assert.deepEqual(readdirSync(parent), ['tuf'])
    const files = readdirSync(folder)
    assert.equal(files.length, 4 + NAMES.length)
    assert.equal(new Set(files.map((file) => file.toLowerCase())).size, files.length)
    assert.ok(files.every((file) => file.endsWith('.json') && !file.startsWith('.')))
    assert.ok(!existsSync('/etc/fleetward-outside.json'))
    // And is read back: the next process asks for nothing but the timestamp.
    repository.metadataRequests.length = 0
    assert.ok(await device.find('0/file'))
    assert.deepEqual(repository.metadataRequests, ['2.root.json', 'timestamp.json'])
  } finally {
    rmSync(parent, { recursive: true })
  }
})

test('no delegated role takes the place of a top-level one', async () => {
  for (const name of ['root', 'timestamp', 'snapshot', 'targets', '']) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await device.refresh()
    repository.delegate('targets', name)
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(device.refresh(), refusal('METADATA_INVALID'))
    assert.equal(device.versions().targets, 1)
  }
})

test('a role of any name is one segment of the URL', () => {
  for (const name of NAMES) {
    const url = new URL(metadataFileName(name, 3), 'https://server/tuf/product/metadata/')
    assert.match(url.pathname, /^\/tuf\/product\/metadata\/3\.[A-Za-z0-9._~%-]+\.json$/)
    assert.equal(url.search + url.hash, '')
  }
})

test('a target of any name stays below the targets folder, or is refused', () => {
  const hash = 'ab'.repeat(32)
  for (const path of ['a/../b', '../b', 'a/./b', '/a', 'a//b', 'a/', '..', '']) {
    assert.throws(() => targetFilePath(path, hash), refusal('METADATA_INVALID'), path)
  }
  for (const path of [
    'a?b=c',
    'a#b',
    'a/%2e%2e/b',
    'http://elsewhere.example/x'.slice(7),
    'a\\b',
  ]) {
    const url = new URL(targetFilePath(path, hash), 'https://server/targets/')
    assert.ok(url.href.startsWith('https://server/targets/'), path)
    assert.equal(url.search + url.hash, '')
    assert.ok(url.pathname.includes(`${hash}.`))
  }
})

test('no two names share a file name, and none is a path', () => {
  const fileNames = [...NAMES, 'a', 'A', 'a%b', 'a%25b'].map(fileNameOf)
  assert.equal(new Set(fileNames).size, fileNames.length)
  for (const name of fileNames) assert.match(name, /^[a-z0-9%_-][a-z0-9._%-]{0,199}$/)
})
