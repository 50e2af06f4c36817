import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type AgentRecord, firstRecord } from '../core/agent-record.ts'
import { FileRecordStore } from './file-record-store.ts'

const NAMES = ['record.a', 'record.b']

describe('the record on the disk', () => {
  let folder = ''
  before(() => {
    // A person's umask must not decide who reads the device's state.
    process.umask(0)
  })
  after(() => {
    process.umask(0o022)
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-record-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const numbered = (commandSeq: number): AgentRecord => ({
    ...firstRecord('kitchen', 1, 0),
    commandSeq,
  })
  const saveAll = async (...numbers: number[]) => {
    const store = new FileRecordStore(folder)
    await store.load()
    for (const number of numbers) await store.save(numbered(number))
  }
  const loaded = async () => (await new FileRecordStore(folder).load())?.commandSeq
  /** Which of the files holds the record with this number. */
  const fileOf = async (number: number) => {
    for (const name of NAMES) {
      const path = join(folder, name)
      if ((await readFile(path, 'utf8')).includes(`"commandSeq":${number},`)) return path
    }
    throw new Error(`no file holds ${number}`)
  }

  test('a device that never saved has none', async () => {
    assert.equal(await loaded(), undefined)
  })

  test('the last one saved is the one loaded, also by another process', async () => {
    await saveAll(1, 2, 3)
    assert.equal(await loaded(), 3)
    await saveAll(4)
    assert.equal(await loaded(), 4)
  })

  test('a write that was cut off anywhere leaves the record before it', async () => {
    await saveAll(1, 2)
    const path = await fileOf(2)
    const whole = await readFile(path)
    const used = whole.indexOf(0)
    for (const length of [0, 1, 20, 60, 90, 120, used - 1]) {
      await writeFile(path, whole.subarray(0, length))
      assert.equal(await loaded(), 1, `cut at ${length}`)
    }
    // In place: the end of the write before is still there.
    for (const length of [1, 20, 60, 90, 120, used - 1]) {
      const torn = Buffer.from(whole)
      torn.fill(0x20, length, used)
      await writeFile(path, torn)
      assert.equal(await loaded(), 1, `torn at ${length}`)
    }
  })

  test('a flipped bit in the newest record leads back to the one before', async () => {
    await saveAll(1, 2)
    const path = await fileOf(2)
    const bytes = await readFile(path)
    const at = bytes.indexOf('"securityCounter":1') + '"securityCounter":'.length
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at)
    await writeFile(path, bytes)
    assert.equal(await loaded(), 1)
  })

  test('after a damaged copy the next save replaces it and keeps the whole one', async () => {
    await saveAll(1, 2)
    await truncate(await fileOf(2), 30)
    await saveAll(3)
    assert.equal(await loaded(), 3)
    await truncate(await fileOf(3), 30)
    assert.equal(await loaded(), 1)
  })

  test('with both copies damaged it says so instead of starting from nothing', async () => {
    await saveAll(1, 2)
    for (const name of NAMES) await truncate(join(folder, name), 40)
    await assert.rejects(loaded(), { code: 'STATE_CORRUPT' })
  })

  test('a first write that was cut off is a device that never saved', async () => {
    await saveAll(1)
    await truncate(await fileOf(1), 10)
    assert.equal(await loaded(), undefined)
  })

  test('its files are the owner’s alone and take their full space at once', async () => {
    await saveAll(1, 2)
    for (const name of NAMES) {
      const { mode, size } = await stat(join(folder, name))
      assert.equal(mode & 0o777, 0o600)
      assert.equal(size, 256 * 1024)
    }
    const before = await stat(join(folder, 'record.a'))
    await saveAll(3, 4)
    const later = await stat(join(folder, 'record.a'))
    assert.equal(later.ino, before.ino, 'written in place, so a full disk cannot stop it')
  })
})
