/** A device in the field is reset: by its button, from afar, during an update. CRA P-050, P-101. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FileRecordStore } from '../../packages/agent/src/adapters/file-record-store.ts'
import type { OwnersChoices } from '../../packages/agent/src/core/owners-choices.ts'
import { DATA_LOCATIONS } from '../../packages/agent/src/reset/data-locations.ts'
import { Fleet, type FleetDevice } from './fleet.ts'
import { until } from './until.ts'

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
