/** The operator's hand on a rollout, and what devices on their way make of it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())
await fleet.publish({ version: '1.4.3', ballastBytes: 400_000 })

test('a device that has not begun when its rollout is paused does nothing until it is resumed', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  const rollout = await fleet.rollOut('1.4.3', 'homes')
  await fleet.move(rollout, 'pause')
  device.start()
  await device.untilEvent({ event: 'verified', what: 'manifest' })
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  assert.deepEqual(device.states(), [])

  await fleet.move(rollout, 'resume')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
})

test('a device that waits for its owner gives the offer back when the rollout is paused', async () => {
  const device = await fleet.device('G1-0002', { cohort: 'hotels' })
  const rollout = await fleet.rollOut('1.4.3', 'hotels', { policy: { apply: 'ask' } })
  device.start()
  await fleet.untilSeen(device, { state: 'offered', waitingFor: 'approval' })
  await fleet.move(rollout, 'pause')
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION })
  await fleet.move(rollout, 'resume')
  await fleet.untilSeen(device, { state: 'offered', waitingFor: 'approval' })
})

test('a download is abandoned when its release is withdrawn, and the device stays idle', async () => {
  const settings = { bandwidthLimitBytesPerSecond: 20_000 }
  const device = await fleet.device('G1-0003', { cohort: 'offices', settings })
  const rollout = await fleet.rollOut('1.4.3', 'offices')
  device.start()
  await fleet.untilSeen(device, { state: 'downloading' })
  await fleet.move(rollout, 'withdraw')
  await fleet.untilReported(device, { state: 'idle', code: 'RELEASE_WITHDRAWN' })
  assert.deepEqual(device.states(), ['offered', 'downloading', 'idle'])

  // A restart does not bring it back.
  await device.stop()
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'online' }, restarted)
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  assert.deepEqual(device.states(restarted), [])
})

test('a device on its way goes on when the rollout is only paused', async () => {
  const settings = { bandwidthLimitBytesPerSecond: 200_000 }
  const device = await fleet.device('G1-0004', { cohort: 'farms', settings })
  const rollout = await fleet.rollOut('1.4.3', 'farms')
  device.start()
  await device.untilEvent({ event: 'state', to: 'downloading' })
  await fleet.move(rollout, 'pause')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
})

// CRA P-053
test('a share too small for either of two devices is nobody; widened to all, everybody takes part', async () => {
  const devices = await Promise.all(
    ['G1-0005', 'G1-0006'].map((id) => fleet.device(id, { cohort: 'schools' })),
  )
  const rollout = await fleet.rollOut('1.4.3', 'schools', { share: 0.0001 })
  for (const device of devices) device.start()
  for (const device of devices) {
    await device.untilEvent({ event: 'verified', what: 'manifest', offers: 1 })
    await fleet.untilSeen(device, { online: true, state: 'idle' })
    assert.deepEqual(device.states(), [])
  }
  await fleet.call('PATCH', `/rollouts/${rollout}`, { share: 1 })
  for (const device of devices) {
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
  }
  const { progress } = await fleet.call<{ progress: { committed: number } }>(
    ...(['GET', `/rollouts/${rollout}`] as const),
  )
  assert.equal(progress.committed, 2)
})
