import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite } from '../../../../test/support/doctor-site.ts'
import { entriesOf, foldersAbove } from './protection.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

async function pathsOf(entries: AsyncIterable<{ readonly path: string }>): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of entries) paths.push(path)
  return paths.toSorted()
}

test('a link to the folder above does not lead the doctor in circles, nor out of the folder', async () => {
  await mkdir(device.at('top/a'), { recursive: true })
  await writeFile(device.at('top/a/file'), '')
  await symlink('..', device.at('top/a/up'))
  await symlink('/', device.at('top/a/root'))
  const expected = ['top', 'top/a', 'top/a/file', 'top/a/root', 'top/a/up']
  assert.deepEqual(
    await pathsOf(entriesOf(device.at('top'))),
    expected.map((name) => device.at(name)).toSorted(),
  )
})

test('what is removed while it is looked at is no failure', async () => {
  assert.deepEqual(await pathsOf(entriesOf(device.at('nothing'))), [device.at('nothing')].slice(1))
})

test('the folders above a link’s target count', async () => {
  await symlink('pack/root.json', device.at('link'))
  const folders = await pathsOf(foldersAbove(device.at('link')))
  assert.ok(folders.includes(device.at('pack')) && folders.includes('/'))
})
