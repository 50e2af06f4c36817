import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DeviceError } from '@fleetward/shared'
import {
  diskError,
  makeDirectory,
  removeDurably,
  removeUnfinished,
  writeFileDurably,
} from './durable-file.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-durable-'))
after(() => rm(folder, { recursive: true, force: true }))

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('a file is replaced whole, readable for its owner alone', async () => {
  const path = join(folder, 'record.json')
  await writeFileDurably(path, 'first, and longer')
  await writeFileDurably(path, Buffer.from('second'))
  assert.equal(await readFile(path, 'utf8'), 'second')
  assert.equal(await modeOf(path), 0o600)
})

test('a file keeps the mode it was given, whatever the umask', async () => {
  const umask = process.umask(0o077)
  try {
    await writeFileDurably(join(folder, 'public'), 'x', { mode: 0o644 })
  } finally {
    process.umask(umask)
  }
  assert.equal(await modeOf(join(folder, 'public')), 0o644)
})

test('a private file is private from its first byte even under umask 0', async () => {
  const umask = process.umask(0)
  try {
    await writeFileDurably(join(folder, 'private'), 'x')
    await makeDirectory(join(folder, 'open', 'deep'))
  } finally {
    process.umask(umask)
  }
  assert.equal(await modeOf(join(folder, 'private')), 0o600)
  assert.equal(await modeOf(join(folder, 'open', 'deep')), 0o700)
})

test('a folder that others could read before is closed to them', async () => {
  const path = join(folder, 'once-open')
  await makeDirectory(path, 0o755)
  assert.equal(await modeOf(path), 0o755)
  await makeDirectory(path)
  assert.equal(await modeOf(path), 0o700)
})

test('writing replaces a link instead of following it', async () => {
  const target = join(folder, 'target')
  await writeFile(target, 'untouched')
  await symlink(target, join(folder, 'link'))
  await writeFileDurably(join(folder, 'link'), 'new')
  assert.equal(await readFile(target, 'utf8'), 'untouched')
  assert.equal(await readFile(join(folder, 'link'), 'utf8'), 'new')
})

test('a write that fails says so and leaves nothing beside', async () => {
  const path = join(folder, 'is-a-folder')
  await makeDirectory(join(path, 'full'))
  const before = await readdir(folder)
  await assert.rejects(
    writeFileDurably(path, 'x'),
    (error) =>
      error instanceof DeviceError && error.code === 'DISK_FAILED' && error.facts.path === path,
  )
  assert.deepEqual(await readdir(folder), before)
  await assert.rejects(writeFileDurably(join(folder, 'no', 'such'), 'x'), { code: 'DISK_FAILED' })
})

test('a full disk is told from a broken one, and our own bugs from both', () => {
  const codeOf = (code: string) => diskError(Object.assign(new Error(), { code }), '/x')
  for (const errno of ['ENOSPC', 'EDQUOT']) {
    assert.equal((codeOf(errno) as DeviceError).code, 'DISK_FULL')
  }
  for (const errno of ['EIO', 'EROFS', 'EACCES']) {
    assert.equal((codeOf(errno) as DeviceError).code, 'DISK_FAILED')
  }
  const bug = new TypeError('not a disk')
  assert.equal(diskError(bug, '/x'), bug)
  assert.ok(!(codeOf('ERR_INVALID_ARG_TYPE') instanceof DeviceError))
})

test('removing takes folders with all they hold, and what is not there', async () => {
  const path = join(folder, 'slot')
  await makeDirectory(join(path, 'deep'))
  await removeDurably(path)
  await removeDurably(path)
  assert.ok(!(await readdir(folder)).includes('slot'))
})

test('what power cuts left beside a file goes, everything else stays', async () => {
  const own = await mkdtemp(join(folder, 'unfinished-'))
  await writeFileDurably(join(own, 'boot.json'), 'x')
  for (const name of ['.boot.json.0123456789ab.new', '.new', 'boot.json.new', '.hidden']) {
    await writeFile(join(own, name), 'half')
  }
  await removeUnfinished(own)
  assert.deepEqual((await readdir(own)).sort(), ['.hidden', '.new', 'boot.json', 'boot.json.new'])
})
