import assert from 'node:assert/strict'
import { chmod, chown, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import {
  AGENT_PID,
  type DoctorSite,
  doctorSite,
  finding,
  processStatus,
} from '../../../../test/support/doctor-site.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

const levelOf = async (id: string, ...site: Parameters<DoctorSite['site']>) =>
  (await finding(id, device.site(...site))).level

const FILE_CHECKS = [
  'settings-protected',
  'factory-pack-protected',
  'factory-pack-readable',
  'data-folder-private',
  'device-key-private',
  'slots-protected',
  'folders-closed',
]

/** The agent is a user who owns none of the files. */
const asStranger = () => device.proc(`${AGENT_PID}/status`, processStatus(64_321, 64_321))

test('a device whose files are private has nothing to complain of, with or without a running agent', async () => {
  for (const id of FILE_CHECKS) {
    assert.equal(await levelOf(id), 'ok', id)
    assert.equal(await levelOf(id, {}, { pid: undefined }), 'ok', id)
  }
})

const MODES: readonly [string, string, number][] = [
  ['settings-protected', 'settings.json', 0o620],
  ['settings-protected', 'settings.json', 0o602],
  ['factory-pack-protected', 'pack/root.json', 0o660],
  ['factory-pack-protected', 'pack', 0o777],
  ['data-folder-private', 'data', 0o750],
  ['device-key-private', 'data/identity', 0o711],
  ['device-key-private', 'data/identity/key.pem', 0o604],
  ['slots-protected', 'data/slots/A/main.js', 0o620],
  ['slots-protected', 'data/slots', 0o702],
  ['folders-closed', 'data/run/state', 0o602],
]

for (const [id, path, mode] of MODES) {
  test(`${id}: mode ${mode.toString(8)} of ${path} is wrong`, async () => {
    await chmod(device.at(path), mode)
    const { level, seen, next } = await finding(id, device.site())
    assert.equal(level, 'wrong')
    assert.ok(seen.includes(device.at(path)) && next?.includes('chmod'))
  })
}

test('files of a user who is neither root nor the agent are wrong', async () => {
  const isRoot = process.getuid?.() === 0
  await asStranger()
  for (const id of ['data-folder-private', 'device-key-private']) {
    assert.equal(await levelOf(id), 'wrong', id)
  }
  for (const id of ['settings-protected', 'factory-pack-protected']) {
    assert.equal(await levelOf(id), isRoot ? 'ok' : 'wrong', id)
  }
})

test('a factory pack that the agent’s user cannot read is found before its start fails', async () => {
  await asStranger()
  assert.equal(await levelOf('factory-pack-readable'), 'wrong')
  await chmod(device.at('pack'), 0o755)
  for (const name of ['root.json', 'server-ca.pem']) {
    await chmod(device.at('pack', name), 0o644)
  }
  const { level, seen } = await finding('factory-pack-readable', device.site())
  assert.equal(level, 'wrong')
  assert.ok(seen.includes('factory.json'))
  await chmod(device.at('pack/factory.json'), 0o644)
  assert.equal(await levelOf('factory-pack-readable'), 'ok')
})

test('a factory pack with a file missing or cut off is wrong', async () => {
  await truncate(device.at('pack/factory.json'), 10)
  assert.equal(await levelOf('factory-pack-readable'), 'wrong')
  await rm(device.at('pack/factory.json'))
  assert.equal(await levelOf('factory-pack-readable'), 'wrong')
})

test('settings in a folder where others write can be exchanged; in a sticky one they cannot', async () => {
  await chmod(device.folder, 0o777)
  assert.equal(await levelOf('settings-protected'), 'wrong')
  assert.equal(await levelOf('factory-pack-protected'), 'wrong')
  await chmod(device.folder, 0o1777)
  assert.equal(await levelOf('settings-protected'), 'ok')
})

test('behind a link lies what counts: settings, factory pack and data folder', async () => {
  for (const name of ['settings.json', 'pack', 'data']) {
    await rename(device.at(name), device.at(`real-${name}`))
    await symlink(`real-${name}`, device.at(name))
  }
  for (const id of FILE_CHECKS) assert.equal(await levelOf(id), 'ok', id)
  await chmod(device.at('real-settings.json'), 0o666)
  await chmod(device.at('real-data'), 0o755)
  await chmod(device.at('real-pack/root.json'), 0o666)
  for (const id of ['settings-protected', 'factory-pack-protected', 'data-folder-private']) {
    assert.equal(await levelOf(id), 'wrong', id)
  }
})

test('a link inside of the factory pack to what others may change is wrong', async () => {
  await writeFile(device.at('elsewhere.json'), '{}')
  await rm(device.at('pack/root.json'))
  await symlink('../elsewhere.json', device.at('pack/root.json'))
  assert.equal(await levelOf('factory-pack-protected'), 'ok')
  await chmod(device.at('elsewhere.json'), 0o606)
  assert.equal(await levelOf('factory-pack-protected'), 'wrong')
})

test('with two processes, files of the network’s user are not what the privileged one may go by', async () => {
  const uid = process.getuid?.() || 64_321
  if (process.getuid?.() === 0) await chown(device.at('settings.json'), uid, uid)
  await device.proc(`${AGENT_PID}/status`, processStatus(uid, uid))
  // Root's, whoever runs this test.
  const privileges = { socket: device.at('i.sock'), dataFolder: '/usr' }
  const split = { privileges, ownersData: { folder: device.at('owner') } }
  assert.equal(await levelOf('settings-protected'), 'ok')
  assert.equal(await levelOf('settings-protected', split), 'wrong')
})

test('what the product keeps for its owner is not the agent’s to judge', async () => {
  await mkdir(device.at('data/product'))
  await writeFile(device.at('data/product/open'), '')
  await chmod(device.at('data/product/open'), 0o666)
  assert.equal(await levelOf('folders-closed'), 'ok')
})

test('before the first start there is nothing private yet, and nothing wrong with it', async () => {
  await rm(device.at('data'), { recursive: true })
  const stopped = { pid: undefined }
  assert.equal(await levelOf('data-folder-private', {}, stopped), 'note')
  assert.equal(await levelOf('device-key-private', {}, stopped), 'note')
  assert.equal(await levelOf('folders-closed', {}, stopped), 'ok')
})
