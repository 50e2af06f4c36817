import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { codeOf } from '@fleetward/shared'
import { FileMetadataStore } from './file-metadata-store.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetward-store-'))
})
after(() => rmSync(folder, { recursive: true }))

test('keeps the very bytes, under the role’s plain name, for its owner’s eyes', async () => {
  const store = new FileMetadataStore(folder)
  const bytes = Buffer.from('{ "signed" : 1 }  \n')
  await store.save('timestamp', bytes)
  assert.deepEqual(await new FileMetadataStore(folder).load('timestamp'), bytes)
  assert.deepEqual(readFileSync(join(folder, 'timestamp.json')), bytes)
  assert.equal(statSync(join(folder, 'timestamp.json')).mode & 0o777, 0o600)
})

test('a new version replaces the old one and leaves nothing beside it', async () => {
  const store = new FileMetadataStore(folder)
  await store.save('timestamp', Buffer.from('1'))
  await store.save('timestamp', Buffer.from('2'))
  assert.deepEqual(readdirSync(folder), ['timestamp.json'])
  await store.remove('timestamp')
  await store.remove('timestamp')
  assert.equal(await store.load('timestamp'), undefined)
  assert.deepEqual(readdirSync(folder), [])
})

test('a disk that cannot is told apart from a file that is not there', async () => {
  const store = new FileMetadataStore(join(folder, 'missing'))
  assert.equal(await store.load('root'), undefined)
  await assert.rejects(store.save('root', Buffer.from('x')), (error) => {
    assert.equal(codeOf(error)?.code, 'DISK_FAILED')
    return true
  })
  mkdirSync(join(folder, 'root.json'))
  await assert.rejects(new FileMetadataStore(folder).load('root'), (error) => {
    assert.equal(codeOf(error)?.code, 'DISK_FAILED')
    return true
  })
})
