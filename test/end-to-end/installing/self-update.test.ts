/** The agent lies in the slot: an update exchanges it, and the trial still comes to its end. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { bundleAgent } from '../../../packaging/bundle-agent.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { AGENT } from '../support/fleet-device.ts'
import { agentOf, isGone, selfDevice, slotOfAgent } from '../support/self-device.ts'
import { selfFirmware } from '../support/self-firmware.ts'
import { until } from '../support/until.ts'

const fleet = await Fleet.inside()
const folder = await mkdtemp(join(tmpdir(), 'fleetward-self-'))
const agent = { folder: join(folder, 'agent') }
await bundleAgent(agent.folder)
after(async () => {
  await fleet.end()
  await rm(folder, { recursive: true })
})

test('a new agent that came with an update finishes the trial, commits and reports', async () => {
  const device = await selfDevice(fleet, 'G1-0001', { cohort: 'homes', agent })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  assert.equal(await slotOfAgent(device), 'A')

  await fleet.publishRelease(selfFirmware({ version: '1.4.3', securityCounter: 2, agent }))
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  assert.equal(await slotOfAgent(device), 'B', 'the new agent goes on')
})

test('a new agent that crashes is left, and the one before it reports that', async () => {
  const device = await selfDevice(fleet, 'G1-0002', { cohort: 'offices', agent })
  device.start()
  const release = selfFirmware({ version: '1.5.0', securityCounter: 2, agent: 'crashes' })
  await fleet.publishRelease(release)
  await fleet.rollOut('1.5.0', 'offices')
  await fleet.untilReported(device, { state: 'failed', code: 'NEW_SLOT_DID_NOT_STAY' })
  const seen = await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION })
  assert.equal(seen.securityCounter, 1)
  assert.equal(await slotOfAgent(device), 'A')
})

test('a starter that is killed ends the agent it left behind before it starts another', async () => {
  const device = await selfDevice(fleet, 'G1-0003', { cohort: 'labs', agent })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  const before = await agentOf(device)
  await device.kill()
  const since = device.events.length
  device.start()
  await device.untilEvent({ event: 'online' }, since)
  assert.notEqual(await agentOf(device), before)
  assert.ok(isGone(before), 'only one agent runs')
  assert.equal(device.said, '')
})

test('asked to end, the starter ends its agent in good order', async () => {
  const device = await selfDevice(fleet, 'G1-0004', { cohort: 'shops', agent })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  const before = await agentOf(device)
  await device.stop()
  assert.ok(isGone(before))
  await until(
    () => device.find({ event: 'ended' }),
    () => device.account(),
  )
})

test('a starter whose log nobody reads any more goes on, and so does its agent', async () => {
  const device = await selfDevice(fleet, 'G1-0005', { cohort: 'labs', agent })
  device.start()
  await device.untilEvent({ event: 'online' })
  device.loseLogReader()
  // Ended, so that the starter has something to write.
  process.kill(await agentOf(device), 'SIGKILL')
  await fleet.untilSeen(device, { online: false })
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  await device.stop()
  assert.equal(device.said, '')
})

test('a second starter leaves the first one’s agent alone', async () => {
  const device = await selfDevice(fleet, 'G1-0006', { cohort: 'labs', agent })
  device.start()
  await device.untilEvent({ event: 'online' })
  const before = await agentOf(device)
  const words = ['start', '--settings', device.settingsFile]
  await assert.rejects(promisify(execFile)(AGENT, words), { code: 1 })
  assert.equal(await agentOf(device), before)
  assert.ok(!isGone(before))
})
