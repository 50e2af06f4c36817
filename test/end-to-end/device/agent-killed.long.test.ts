/** The agent killed at random moments, from several seeds, with releases that work and one that does not. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { numbersFrom, startAndKill } from '../support/killed-agent.ts'
import { reportChain } from '../support/report-chain.ts'

/** A hundred in all. */
const KILLS = 17
const settings = { bandwidthLimitBytesPerSecond: 200_000, trialBoots: 100 }
const fleet = await Fleet.inside()
after(() => fleet.end())
await fleet.publish({ version: '1.4.3', securityCounter: 2, ballastBytes: 300_000 })
await fleet.publish({ version: '1.4.4', securityCounter: 2, selfTest: 'fails' })
await fleet.rollOut('1.4.3', 'homes')
await fleet.rollOut('1.4.4', 'labs')

for (const seed of [11, 12, 13, 14]) {
  test(`${KILLS} kills do not keep a good release from being committed (seed ${seed})`, async () => {
    const device = await fleet.device(`G1-00${seed}`, { cohort: 'homes', settings })
    await startAndKill(device, KILLS, numbersFrom(seed))
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
    const { codes } = await reportChain(fleet, device)
    assert.deepEqual(codes, [])
    device.assertProductRunsOnce()
    await device.end()
  })
}

for (const seed of [21, 22]) {
  test(`${KILLS} kills do not keep a bad release from being rolled back (seed ${seed})`, async () => {
    const device = await fleet.device(`G1-00${seed}`, { cohort: 'labs', settings })
    await startAndKill(device, KILLS, numbersFrom(seed))
    await fleet.untilReported(device, { state: 'failed', code: 'SELF_TEST_FAILED' })
    await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
    const { codes } = await reportChain(fleet, device)
    assert.deepEqual(codes, ['SELF_TEST_FAILED'])
    device.assertProductRunsOnce()
    await device.end()
  })
}
