/** An agent that is asked to end does so within seconds, whatever it is waiting for. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../support/fleet.ts'
import { TcpRelay } from '../support/tcp-relay.ts'

/** A service manager kills after 90 s or less, a shutdown sooner. Goodbyes and graces come to 5 s, the rest is a busy machine's. */
const LIMIT_MS = 15_000

const fleet = await Fleet.withServerProcess()
const silence = await TcpRelay.to(fleet.server.ports.device)
silence.bytesLetThrough = 0
silence.thenCuts = false
const stall = await TcpRelay.to(fleet.server.ports.device)
stall.bytesLetThrough = 200_000
stall.thenCuts = false
after(async () => {
  fleet.server.thaw()
  await fleet.end()
  await silence.end()
  await stall.end()
})
await fleet.publish({ version: '1.4.3', ballastBytes: 600_000 })
await fleet.publish({ version: '1.4.4', selfTest: 'hangs' })

test('while its enrolment gets no answer', async () => {
  const urls = { public: `https://localhost:${silence.port}` }
  const device = await fleet.device('G1-0001', { cohort: 'homes', urls })
  device.start()
  await device.untilEvent({ event: 'booted' })
  assert.ok((await device.stop()) < LIMIT_MS, device.account())
})

test('while its connection to the broker gets no answer', async () => {
  const urls = { mqtt: `mqtts://localhost:${silence.port}` }
  const device = await fleet.device('G1-0002', { cohort: 'homes', urls })
  device.start()
  await device.untilEvent({ event: 'enrolled' })
  assert.ok((await device.stop()) < LIMIT_MS, device.account())
})

test('while a download does not come on', async () => {
  const urls = { device: `https://localhost:${stall.port}` }
  const device = await fleet.device('G1-0003', { cohort: 'offices', urls })
  await fleet.rollOut('1.4.3', 'offices')
  device.start()
  await fleet.untilSeen(device, { state: 'downloading' })
  assert.ok((await device.stop()) < LIMIT_MS, device.account())
})

test('while a self-test runs that does not end, and the next start goes on with the trial', async () => {
  const device = await fleet.device('G1-0004', { cohort: 'labs' })
  await fleet.rollOut('1.4.4', 'labs')
  device.start()
  await fleet.untilSeen(device, { state: 'trial' })
  assert.ok((await device.stop()) < LIMIT_MS, device.account())
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'booted', slot: 'B', version: '1.4.4' }, restarted)
  assert.ok((await device.stop()) < LIMIT_MS, device.account())
})

test('while the server hangs, with a line and requests open', async () => {
  const device = await fleet.device('G1-0005', { cohort: 'hotels' })
  device.start()
  await device.untilEvent({ event: 'online' })
  const rollout = fleet.rollOut('1.4.3', 'hotels')
  await device.untilEvent({ event: 'state', to: 'offered' })
  fleet.server.freeze()
  try {
    assert.ok((await device.stop()) < LIMIT_MS, device.account())
  } finally {
    fleet.server.thaw()
  }
  await rollout
})
