/** Damage on a device in the field: noticed, told, repaired; and a configuration or a log that somebody changed. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { FACTORY_VERSION, Fleet, type FleetDevice } from '../support/fleet.ts'
import { AGENT } from '../support/fleet-device.ts'
import { until } from '../support/until.ts'

const settings = { integrityCheckSeconds: 1, integrityBytesPerSecond: 50_000_000 }
const fleet = await Fleet.inside()
after(() => fleet.end())

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(path, bytes)
}

interface Entry {
  readonly event: string
  readonly facts: Readonly<Record<string, unknown>>
}

async function activityOf(device: FleetDevice): Promise<Entry[]> {
  const folder = join(device.data, 'activity')
  const names = (await readdir(folder)).toSorted()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1))
  return lines.map((line) => JSON.parse(line))
}

const untilRecorded = (device: FleetDevice, event: string) =>
  until(
    async () => (await activityOf(device)).find((entry) => entry.event === event),
    () => `${device.id} records ${event}\n${device.account()}`,
  )

/** Its software is on record as it is, so that a change of it shows. */
const untilWatched = (device: FleetDevice) =>
  until(
    async () => {
      const entries = await activityOf(device).catch(() => [])
      return entries.some(({ event, facts }) => event === 'baseline-taken' && facts.of === 'slot A')
    },
    () => `${device.id} has a baseline\n${device.account()}`,
  )

test('CRA P-071, P-f0: a flipped byte in the running slot is recorded, reported and repaired from the verified release', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes', settings })
  await fleet.publish({ version: '1.4.3', securityCounter: 2, ballastBytes: 200_000 })
  await fleet.rollOut('1.4.3', 'homes')
  device.start()
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })

  await flipByte(join(device.data, 'slots', 'B', 'ballast'))
  const { facts } = await untilRecorded(device, 'slot-corrupt')
  assert.deepEqual([facts.slot, facts.path, facts.count], ['B', 'ballast', 1])
  const report = await fleet.untilReported(device, { code: 'SLOT_CORRUPT' })
  assert.equal(report.state, 'idle')

  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', integrity: 'ok' })
  await untilRecorded(device, 'integrity-restored')
  const boots = (await activityOf(device)).filter(({ event }) => event === 'slot-booted')
  assert.deepEqual(
    boots.map((boot) => [boot.facts.slot, boot.facts.version]),
    [
      ['A', FACTORY_VERSION],
      ['B', '1.4.3'],
      ['A', '1.4.3'],
    ],
  )
  assert.equal((await fleet.view(device))?.logBroken, undefined)
  const words = ['log', '--verify', '--json', '--settings', device.settingsFile]
  const { stdout } = await promisify(execFile)(AGENT, words)
  assert.equal(JSON.parse(stdout).whole, true)
  device.assertProductRunsOnce()
  await device.end()
})

test('damage that no offer can repair is told once, and nothing is deleted', async () => {
  const device = await fleet.device('G1-0002', { cohort: 'nobody', settings })
  device.start()
  await untilWatched(device)
  const [name = ''] = (await readdir(join(device.data, 'slots', 'A'))).filter((file) =>
    file.startsWith('main'),
  )
  await appendFile(join(device.data, 'slots', 'A', name), '# changed\n')
  await fleet.untilReported(device, { code: 'SLOT_CORRUPT' })
  await fleet.untilSeen(device, { integrity: 'corrupt', version: FACTORY_VERSION })
  device.assertProductRunsOnce()
  const told = (await fleet.reports(device)).filter(({ code }) => code === 'SLOT_CORRUPT')
  assert.equal(told.length, 1)
  await device.end()
})

test('CRA P-075, P-f0: a settings file that was edited by hand is told as drift, once, and counts from then on', async () => {
  const device = await fleet.device('G1-0003', { cohort: 'nobody', settings })
  device.start()
  await untilWatched(device)
  await appendFile(device.settingsFile, '\n')
  const { facts } = await untilRecorded(device, 'configuration-drift')
  assert.equal(facts.file, device.settingsFile)
  await fleet.untilReported(device, { code: 'CONFIGURATION_DRIFT' })
  await fleet.untilSeen(device, { integrity: 'ok' })
  await device.end()
})

test('a factory reset begins a new activity log, and the server takes it as one', async () => {
  const device = await fleet.device('G1-0005', { cohort: 'nobody', settings })
  device.start()
  await untilWatched(device)
  await appendFile(device.settingsFile, '\n')
  await fleet.untilReported(device, { code: 'CONFIGURATION_DRIFT' })
  const before = (await fleet.view(device))?.log?.seq ?? 0
  await mkdir(join(device.data, 'run'), { recursive: true })
  await writeFile(join(device.data, 'run', 'factory-reset'), '')
  await device.untilEvent({ event: 'reset-done' })
  const after = await until(
    async () => {
      const view = await fleet.view(device)
      return view?.log !== undefined && view.log.seq < before && view
    },
    () => `${device.id} has a new log\n${device.account()}`,
  )
  assert.equal(after.logBroken, undefined)
  const [first] = await activityOf(device)
  assert.equal(first?.event, 'log-restarted')
  await device.end()
})

test('CRA P-074: an activity log whose end was cut off is found by the device and by the server', async () => {
  const device = await fleet.device('G1-0004', { cohort: 'nobody', settings })
  device.start()
  await untilWatched(device)
  // A report that tells a later head.
  await appendFile(device.settingsFile, '\n')
  await fleet.untilReported(device, { code: 'CONFIGURATION_DRIFT' })
  await device.stop()

  const folder = join(device.data, 'activity')
  const [name = ''] = await readdir(folder)
  const lines = (await readFile(join(folder, name), 'utf8')).split('\n')
  await writeFile(join(folder, name), `${lines[0]}\n`)
  device.start()
  await fleet.untilReported(device, { code: 'LOG_ALTERED' })
  const { logBroken } = await until(
    async () => {
      const view = await fleet.view(device)
      return view?.logBroken === undefined ? undefined : { logBroken: view.logBroken }
    },
    () => `${device.id} has a broken log\n${device.account()}`,
  )
  assert.match(logBroken.flaw, /^(truncated|altered|unconfirmed)$/)
  await device.end()
})
