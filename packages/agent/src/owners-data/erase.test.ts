/**
 * What the owner left is gone, and the method says how far that goes: CRA P-101, P-102.
 *
 * The markers are looked for in the raw bytes of a file image with an ext4 file system, mounted over a
 * loop device: what a reader of the whole disk would find. It says nothing about flash below a file
 * system, where old blocks live on until they are erased: that is what keys are for.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { DeviceError } from '@fleetward/shared'
import { dataKeyPath, ensureDataKey } from './data-key.ts'
import { destroyKeySlots, keySlotsOf } from './luks.ts'
import { overwriteFolder } from './overwrite-folder.ts'
import type { OwnersDataSettings } from './owners-data-settings.ts'
import { OwnersStore } from './owners-store.ts'

const MARKER = Buffer.from('PLANTED-MARKER-OF-THE-OWNER')
const scratch = await mkdtemp(join(tmpdir(), 'fleetward-erase-'))
after(() => rm(scratch, { recursive: true, force: true }))

const storeIn = (folder: string, changes: Partial<OwnersDataSettings> = {}) =>
  new OwnersStore(folder, {
    ...{ folder: join(folder, 'product'), method: 'plain', exported: [] },
    ...{ luksDevice: undefined, recreateCommand: undefined, ...changes },
  })

/** A mounted file system in a file of its own; undefined where nothing may be mounted. */
async function mountedImage(): Promise<{ image: string; folder: string } | undefined> {
  const image = join(scratch, 'disk.img')
  const folder = join(scratch, 'mounted')
  await writeFile(image, '')
  await truncate(image, 24 * 1024 * 1024)
  await mkdir(folder)
  if (spawnSync('mke2fs', ['-q', '-t', 'ext4', image]).status !== 0) return undefined
  const mounted = spawnSync('mount', ['-o', 'loop', image, folder]).status === 0
  return mounted ? { image, folder } : undefined
}

async function plant(folder: string, copies: number): Promise<void> {
  await mkdir(join(folder, 'photos', 'deep'), { recursive: true })
  const text = Buffer.concat(Array.from({ length: copies }, () => MARKER))
  await writeFile(join(folder, 'photos', 'deep', 'large'), text)
  await writeFile(join(folder, 'small'), MARKER)
}

test('planted markers are in the image before, and not after', async (t) => {
  const disk = await mountedImage()
  if (disk === undefined) return t.skip('nothing may be mounted here')
  const unmount = () => spawnSync('umount', [disk.folder])
  t.after(unmount)
  await plant(join(disk.folder, 'product'), 100_000)
  execFileSync('sync', ['-f', disk.folder])
  assert.ok((await readFile(disk.image)).includes(MARKER), 'the search finds what is there')

  const store = storeIn(disk.folder)
  await store.destroyKey()
  await store.erase()
  await store.proveErased()
  await store.recreate()
  unmount()
  assert.ok(!(await readFile(disk.image)).includes(MARKER))
})

test('removing files alone would leave the markers in the image', async (t) => {
  const image = join(scratch, 'removed.img')
  const folder = join(scratch, 'removed')
  await mkdir(folder)
  await writeFile(image, '')
  await truncate(image, 24 * 1024 * 1024)
  const isMounted =
    spawnSync('mke2fs', ['-q', '-t', 'ext4', image]).status === 0 &&
    spawnSync('mount', ['-o', 'loop', image, folder]).status === 0
  if (!isMounted) return t.skip('nothing may be mounted here')
  await plant(join(folder, 'product'), 1000)
  execFileSync('sync', ['-f', folder])
  await rm(join(folder, 'product'), { recursive: true })
  spawnSync('umount', [folder])
  assert.ok((await readFile(image)).includes(MARKER), 'which is why they are overwritten')
})

test('a key is overwritten in its place, and the next one is another', async () => {
  const folder = await mkdtemp(join(scratch, 'key-'))
  const store = storeIn(folder, { method: 'file-key' })
  const path = await ensureDataKey(folder)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const key = await readFile(path)
  // A second name of the same file shows what lies in its place afterwards.
  execFileSync('ln', [path, join(folder, 'same-place')])
  await store.destroyKey()
  const place = await readFile(join(folder, 'same-place'))
  assert.equal(place.length, key.length)
  assert.notDeepEqual(place, key)
  await assert.rejects(stat(path))
  await store.recreate()
  assert.notDeepEqual(await readFile(dataKeyPath(folder)), key)
  assert.equal(await ensureDataKey(folder), path, 'the new one stays')
})

test('two devices never have one key', async () => {
  const keys = await Promise.all(
    ['a', 'b'].map(async (name) => readFile(await ensureDataKey(join(scratch, name)))),
  )
  assert.notDeepEqual(keys[0], keys[1])
})

test('an erase goes through no link, and leaves what it leads to', async () => {
  const folder = await mkdtemp(join(scratch, 'link-'))
  await mkdir(join(folder, 'product'))
  await mkdir(join(folder, 'elsewhere'))
  await writeFile(join(folder, 'elsewhere', 'file'), MARKER)
  await symlink(join(folder, 'elsewhere'), join(folder, 'product', 'folder'))
  await symlink(join(folder, 'elsewhere', 'file'), join(folder, 'product', 'link'))
  const { files, bytes } = await overwriteFolder(join(folder, 'product'))
  assert.deepEqual([files, bytes], [2, 0])
  assert.deepEqual(await readdir(join(folder, 'product')), [])
  assert.deepEqual(await readFile(join(folder, 'elsewhere', 'file')), MARKER)
})

test('a file that claims to be endless does not keep an erase busy', async () => {
  const folder = await mkdtemp(join(scratch, 'sparse-'))
  await writeFile(join(folder, 'hollow'), MARKER)
  await truncate(join(folder, 'hollow'), 2 ** 42)
  await writeFile(join(folder, 'sparse'), MARKER)
  await truncate(join(folder, 'sparse'), 8 * 1024 * 1024)
  const { files, bytes } = await overwriteFolder(folder)
  assert.deepEqual([files, bytes], [2, 8 * 1024 * 1024])
  assert.deepEqual(await readdir(folder), [])
})

test('data that is still there is no erased data', async () => {
  const folder = await mkdtemp(join(scratch, 'left-'))
  await plant(join(folder, 'product'), 1)
  await assert.rejects(storeIn(folder).proveErased(), (error) => error instanceof DeviceError)
  assert.deepEqual(await overwriteFolder(join(folder, 'nothing')), { files: 0, bytes: 0 })
})

const hasLuks = spawnSync('cryptsetup', ['--version']).status === 0

describe('a LUKS container', { skip: !hasLuks }, () => {
  for (const type of ['luks1', 'luks2']) {
    test(`of type ${type} opens with nothing once its key slots are destroyed`, async () => {
      const device = join(scratch, `${type}.img`)
      await writeFile(device, '')
      await truncate(device, 20 * 1024 * 1024)
      const cost = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000']
      const words = ['luksFormat', '--batch-mode', '--type', type, ...cost, device, '-']
      execFileSync('cryptsetup', words, { input: 'correct horse' })
      const opens = () =>
        spawnSync('cryptsetup', ['luksOpen', '--test-passphrase', '--key-file=-', device], {
          input: 'correct horse',
        }).status === 0
      assert.ok(opens())
      assert.equal(await keySlotsOf(device), 1)

      const folder = await mkdtemp(join(scratch, 'luks-'))
      const store = storeIn(folder, { method: 'luks', luksDevice: device })
      await assert.rejects(store.proveErased(), (error) => error instanceof DeviceError)
      await store.destroyKey()
      await store.destroyKey()
      await store.proveErased()
      assert.equal(await keySlotsOf(device), 0)
      assert.ok(!opens())
    })
  }

  test('that is none is an error with the tool’s exit code', async () => {
    await writeFile(join(scratch, 'none.img'), 'no container')
    await assert.rejects(destroyKeySlots(join(scratch, 'none.img')), {
      name: 'DeviceError',
      code: 'DISK_FAILED',
    })
  })
})
