/** An agent that lies in the slot, what is slow: one that hangs, a starter that is killed, a single executable. */
import assert from 'node:assert/strict'
import { existsSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { buildExecutable } from '../../../packaging/build-executable.ts'
import { bundleAgent } from '../../../packaging/bundle-agent.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { agentOf, selfDevice, slotOfAgent } from '../support/self-device.ts'
import { EXECUTABLE_IN_SLOT, selfFirmware } from '../support/self-firmware.ts'

const KILLS = 30
const fleet = await Fleet.inside()
const folder = await mkdtemp(join(tmpdir(), 'fleetward-self-'))
const agent = { folder: join(folder, 'agent') }
await bundleAgent(agent.folder)
after(async () => {
  await fleet.end()
  await rm(folder, { recursive: true })
})

test('a new agent that hangs is ended when its time is up, and the one before it reports that', async () => {
  const settings = { trialTimeLimitSeconds: 2 }
  const device = await selfDevice(fleet, 'G1-0001', { cohort: 'homes', agent, settings })
  device.start()
  await fleet.publishRelease(selfFirmware({ version: '1.5.0', securityCounter: 2, agent: 'hangs' }))
  await fleet.rollOut('1.5.0', 'homes')
  await device.untilEvent({ event: 'agent-started', slot: 'B', isOnTrial: true })
  // Its time, the grace for all the rest, and the grace to end by itself.
  await pause(62_000 + 31_000)
  await fleet.untilReported(device, { state: 'failed', code: 'NEW_SLOT_DID_NOT_STAY' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  assert.equal(await slotOfAgent(device), 'A')
})

test('a starter that is killed again and again during an update ends with it committed', async () => {
  const device = await selfDevice(fleet, 'G1-0002', {
    ...{ cohort: 'labs', agent },
    // Each start is a boot: a trial may take as many as there are kills.
    settings: { trialBoots: 100 },
  })
  device.start()
  await fleet.publishRelease(selfFirmware({ version: '1.6.0', securityCounter: 2, agent }))
  await fleet.rollOut('1.6.0', 'labs')
  // The moments are spread over start and update by a sequence without a period.
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await pause(((kill * 0.618_034) % 1) * 1500)
    await device.kill()
    device.start()
  }
  await fleet.untilSeen(device, { state: 'idle', version: '1.6.0', securityCounter: 2 })
  assert.equal(await slotOfAgent(device), 'B')
  const committed = (await fleet.reports(device)).filter(({ code }) => code !== undefined)
  assert.deepEqual(committed, [], 'nothing failed')
})

for (const flaw of ['isKilled', 'doesNotParse'] as const) {
  test(`a new agent that ${flaw} is left, and the one before it reports that`, async () => {
    const [version, cohort] = flaw === 'isKilled' ? ['1.9.0', 'houses'] : ['1.9.1', 'hotels']
    const device = await selfDevice(fleet, `G1-${flaw}`, { cohort, agent })
    device.start()
    await fleet.publishRelease(selfFirmware({ version, securityCounter: 2, agent: flaw }))
    await fleet.rollOut(version, cohort)
    await fleet.untilReported(device, { state: 'failed', code: 'NEW_SLOT_DID_NOT_STAY' })
    await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  })
}

test('a starter that is killed again and again comes back from an agent that crashes', async () => {
  const device = await selfDevice(fleet, 'G1-0004', { cohort: 'offices', agent })
  device.start()
  const release = selfFirmware({ version: '1.8.0', securityCounter: 2, agent: 'crashes' })
  await fleet.publishRelease(release)
  await fleet.rollOut('1.8.0', 'offices')
  for (let kill = 1; kill <= KILLS / 2; kill += 1) {
    await pause(((kill * 0.618_034) % 1) * 1500)
    await device.kill()
    device.start()
  }
  await fleet.untilReported(device, { state: 'failed', code: 'NEW_SLOT_DID_NOT_STAY' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  assert.equal(await slotOfAgent(device), 'A')
})

test('a single executable is exchanged as a script is, without a Node.js of its own', {
  skip: existsSync('/usr/bin/strip') ? false : 'strip is not installed',
}, async () => {
  const executable = await buildExecutable({ node: process.execPath, folder })
  const device = await selfDevice(fleet, 'G1-0003', {
    ...{ cohort: 'shops', agent: { executable } },
    settings: { self: { program: EXECUTABLE_IN_SLOT } },
  })
  device.program = executable
  device.start()
  const release = selfFirmware({ version: '1.7.0', securityCounter: 2, agent: { executable } })
  await fleet.publishRelease(release)
  await fleet.rollOut('1.7.0', 'shops')
  await fleet.untilSeen(device, { state: 'idle', version: '1.7.0', securityCounter: 2 })
  const running = readlinkSync(`/proc/${await agentOf(device)}/exe`)
  assert.ok(running.endsWith(`slots/B/${EXECUTABLE_IN_SLOT}`), running)
})
