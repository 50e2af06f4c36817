/** A device in the field is reset: by its button, from afar, during an update. CRA P-050, P-101. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Json } from '@fleetward/shared'
import { FileRecordStore } from '../../../packages/agent/src/adapters/file-record-store.ts'
import type { OwnersChoices } from '../../../packages/agent/src/core/owners-choices.ts'
import { uncatalogued } from '../../../packages/agent/src/owners-data/telemetry-catalogue.ts'
import { DATA_LOCATIONS } from '../../../packages/agent/src/reset/data-locations.ts'
import { Fleet, type FleetDevice } from '../support/fleet.ts'
import { until } from '../support/until.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

interface Claims {
  readonly seq: number
  readonly version: string
  readonly event?: { readonly name: string; readonly facts: Readonly<Record<string, unknown>> }
  readonly owner: { readonly automaticSecurity: boolean; readonly optedOut: boolean }
  readonly log?: { readonly seq: number; readonly restartedFrom?: { readonly seq: number } }
}

async function claimsOf(device: FleetDevice): Promise<Claims[]> {
  const reports = await fleet.reports(device)
  return reports.map(({ token }) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
  )
}

const untilTold = (device: FleetDevice, name: string) =>
  until(
    async () => (await claimsOf(device)).find(({ event }) => event?.name === name),
    () => `${device.id} tells of ${name}\n${device.account()}`,
  )

/** While its agent is off. */
async function choose(device: FleetDevice, owner: OwnersChoices): Promise<void> {
  const store = new FileRecordStore(device.data)
  const record = await store.load()
  assert.ok(record)
  await store.save({ ...record, owner })
}

async function press(device: FleetDevice, word = ''): Promise<void> {
  await mkdir(join(device.data, 'run'), { recursive: true })
  await writeFile(join(device.data, 'run', 'factory-reset'), word)
}

test('a pressed button brings a running device back to the secure defaults, with all it must keep', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  await fleet.publish({ version: '1.4.3', securityCounter: 2 })
  await fleet.rollOut('1.4.3', 'homes')
  device.start()
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
  await device.stop()
  await choose(device, { security: 'ask', optedOutUntil: 'forever', optedOutSince: 1 })
  await writeFile(join(device.data, 'product', 'diary'), 'what the owner wrote')
  device.start()
  await fleet.untilSeen(device, { online: true })
  const metadata = await readFile(join(device.data, 'tuf', 'root.json'))
  const identity = await readFile(join(device.data, 'identity', 'key.pem'))

  await press(device)
  const told = await untilTold(device, 'reset')
  assert.equal(told.event?.facts.by, 'button')
  assert.deepEqual(told.owner, {
    automaticSecurity: true,
    automaticFunctionality: false,
    optedOut: false,
  })
  assert.equal(told.version, '1.4.3', 'the installed firmware stays')
  assert.ok((told.log?.restartedFrom?.seq ?? 0) > 0, 'the log names the one it follows')

  const record = await new FileRecordStore(device.data).load()
  assert.deepEqual([record?.owner, record?.securityCounter], [{}, 2])
  assert.deepEqual(await readFile(join(device.data, 'tuf', 'root.json')), metadata)
  assert.deepEqual(await readFile(join(device.data, 'identity', 'key.pem')), identity)
  assert.ok(!existsSync(join(device.data, 'run', 'factory-reset')), 'one press is one reset')
  assert.ok(!existsSync(join(device.data, 'product', 'diary')))
  const { reports } = await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
  assert.equal(reports.unchained, 0, 'the chain of reports goes on')

  await fleet.publish({ version: '1.4.4', securityCounter: 3 })
  await fleet.rollOut('1.4.4', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.4' })
  assert.equal((await claimsOf(device)).filter(({ event }) => event !== undefined).length, 1)
})

/** With a network and the owner’s own data; what the owner listed may leave it. */
async function owned(id: string, ownersData: object = {}): Promise<FleetDevice> {
  const settings = { ownersData: { method: 'file-key', export: ['photos'], ...ownersData } }
  const device = await fleet.device(id, { cohort: id.toLowerCase(), settings })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  return device
}

async function photo(device: FleetDevice, name: string, text: string): Promise<void> {
  await mkdir(join(device.data, 'product', 'photos'), { recursive: true })
  await writeFile(join(device.data, 'product', 'photos', name), text)
}

test('an owner moves settings and data to another device, and erases the first (CRA P-100, P-101)', async () => {
  const [from, to] = [await owned('G1-0002'), await owned('G1-0003')]
  await photo(from, 'a.jpg', 'of the owner')
  await photo(to, 'b.jpg', 'of somebody before')
  await from.cli('settings', 'functionality=automatic')
  await from.cli('opt-out')
  const passphrase = join(from.folder, 'passphrase')
  await writeFile(passphrase, 'correct horse battery\n')
  const archive = join(from.folder, 'archive.age')
  const opened = ['--passphrase-file', passphrase]
  await from.cli('export', '--out', archive, ...opened)

  const preview = await to.cli<{ data: object; settings: object }>(
    ...['import', archive, '--dry-run', ...opened],
  )
  assert.deepEqual(preview.data, {
    ...{ files: 1, bytes: 12, added: 1, changed: 0, removed: 1, roots: ['photos'] },
  })
  assert.deepEqual(await readdir(join(to.data, 'product', 'photos')), ['b.jpg'])
  await to.cli('import', archive, ...opened)
  await untilTold(to, 'imported')
  assert.deepEqual(await readdir(join(to.data, 'product', 'photos')), ['a.jpg'])
  const ownerOf = async (device: FleetDevice) =>
    (await device.cli<{ owner: object }>('status')).owner
  assert.deepEqual(await ownerOf(to), await ownerOf(from))

  const key = join(from.data, 'data-key', 'key')
  const before = await readFile(key)
  const { error } = await from.refused('erase', '--confirm', 'G1-0003')
  assert.equal(error.code, 'CONFIRMATION_WRONG')
  assert.deepEqual(await readFile(key), before)
  const receipt = await from.cli<Record<string, unknown>>('erase', '--confirm', 'G1-0002')
  assert.deepEqual(
    [receipt.scope, receipt.method, receipt.result, receipt.by],
    ['erase', 'file-key', 'done', 'cli'],
  )
  const told = await untilTold(from, 'erased')
  assert.equal(told.event?.facts.id, receipt.id)
  assert.notDeepEqual(await readFile(key), before)
  assert.ok(!existsSync(join(from.data, 'product', 'photos')))
  assert.deepEqual(await ownerOf(to), await ownerOf(from), 'settings stay')
  const reports = await fleet.call<{ event?: { name: string } }[]>(
    'GET',
    '/devices/G1-0002/reports',
  )
  assert.ok(
    reports.some(({ event }) => event?.name === 'erased'),
    'the operator sees it',
  )
})

test('from afar a device is reset only when its owner allowed it (CRA P-050)', async () => {
  const device = await owned('G1-0004')
  const command = () =>
    fleet.call('POST', '/devices/G1-0004/commands', { command: 'factory-reset' })
  await command()
  const refusal = await fleet.untilReported(device, { code: 'NOT_ALLOWED' })
  assert.equal(refusal.refused, 'command')
  await device.cli('settings', 'remoteManagement=true')
  // The command has to repeat the nonce of the device's last report.
  await until(
    async () => (await device.cli<{ reportsWaiting: number }>('status')).reportsWaiting === 0,
    () => device.account(),
  )
  await command()
  const told = await untilTold(device, 'reset')
  assert.equal(told.event?.facts.by, 'server')
  const { owner } = await device.cli<{ owner: { remoteManagement: boolean } }>('status')
  assert.equal(owner.remoteManagement, false, 'the permission is gone with the rest')
})

test('a reset that was asked for while the agent was off comes before anything else', async () => {
  const device = await owned('G1-0005')
  await device.stop()
  await photo(device, 'a.jpg', 'of the owner')
  await press(device, 'erase')
  device.start()
  await untilTold(device, 'erased')
  assert.ok(!existsSync(join(device.data, 'product', 'photos')))
})

test('nothing leaves a device that the catalogue does not name (CRA P-076)', async () => {
  for (const device of fleet.devices) {
    const claims = await claimsOf(device)
    assert.ok(claims.length > 0)
    for (const each of claims) {
      assert.deepEqual(uncatalogued(each as unknown as Record<string, Json>, 'minimal'), [])
    }
  }
  const [device] = fleet.devices
  const { targets } =
    (await device?.cli<{ targets: { port: number }[] }>('egress')) ?? assert.fail()
  const { public: metadata, device: artifacts, mqtt } = fleet.server.ports
  assert.deepEqual(
    targets.map(({ port }) => port).toSorted(),
    [metadata, artifacts, mqtt].toSorted(),
  )
})

test('every place where a device keeps something is one that a reset knows', async () => {
  const [device] = fleet.devices
  assert.ok(device)
  const known = new Set(DATA_LOCATIONS.map(({ name }) => name))
  const names = await readdir(device.data)
  assert.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
  )
  assert.ok(names.length > 8)
})
