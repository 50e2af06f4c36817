/** What a release does on a real device, from the manufacturer's signature to the committed slot. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

// CRA P-053: nobody does anything on the device.
test('a security release reaches a device over MQTT, is tested there and committed', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })

  await fleet.publish({ version: '1.4.3', securityCounter: 2 })
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  assert.deepEqual(device.states(), [
    ...['offered', 'downloading', 'installing', 'arming', 'rebooting', 'trial', 'committing'],
    'idle',
  ])
  device.assertProductRunsOnce()
})

test('a functionality release waits for the owner by default, and that is no failure', async () => {
  const device = await fleet.device('G1-0002', { cohort: 'offices' })
  await fleet.publish({ version: '1.5.0', kind: 'functionality' })
  const rollout = await fleet.rollOut('1.5.0', 'offices')
  device.start()
  await fleet.untilSeen(device, { state: 'offered', waitingFor: 'approval' })
  const { progress } = await fleet.call<{ progress: object }>('GET', `/rollouts/${rollout}`)
  assert.deepEqual(progress, {
    byState: { offered: 1 },
    waitingFor: { approval: 1 },
    committed: 0,
    failed: 0,
    failureCodes: {},
  })
  const codes = (await fleet.reports(device)).flatMap(({ code }) => code ?? [])
  assert.deepEqual(codes, [])
})

test('a release whose self-test fails is rolled back, reported, and tried again only on request', async () => {
  const device = await fleet.device('G1-0003', { cohort: 'shops' })
  device.start()
  await fleet.publish({ version: '1.4.4', securityCounter: 2, selfTest: 'fails' })
  const rollout = await fleet.rollOut('1.4.4', 'shops')
  await fleet.untilReported(device, { state: 'failed', code: 'SELF_TEST_FAILED' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  device.assertProductRunsOnce()

  // Neither another manifest nor a restart makes it try again.
  await device.stop()
  const restarted = device.events.length
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  await fleet.move(rollout, 'pause')
  await device.untilEvent({ event: 'verified', what: 'manifest', offers: 0 }, restarted)
  await fleet.move(rollout, 'resume')
  await device.untilEvent({ event: 'verified', what: 'manifest', offers: 1 }, restarted)
  assert.deepEqual(device.states(restarted), [])

  await fleet.move(rollout, 'retry')
  await device.untilEvent({ event: 'state', to: 'failed', code: 'SELF_TEST_FAILED' }, restarted)
  await device.untilEvent({ event: 'state', from: 'failed', to: 'idle' }, restarted)

  // What failed does not stand in the way of what repairs it.
  await fleet.publish({ version: '1.4.5', securityCounter: 2 })
  await fleet.rollOut('1.4.5', 'shops')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.5', securityCounter: 2 })
})
