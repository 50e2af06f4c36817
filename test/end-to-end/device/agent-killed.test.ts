/** The agent killed at random moments of one update comes to the same end. More of it in the long test. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../support/fleet.ts'
import { numbersFrom, startAndKill } from '../support/killed-agent.ts'
import { reportChain } from '../support/report-chain.ts'

const KILLS = 7
const fleet = await Fleet.inside()
after(() => fleet.end())

// CRA P-h0: the product runs on.
test('an agent killed again and again during an update ends with it committed, every report told once', async () => {
  const settings = { bandwidthLimitBytesPerSecond: 200_000, trialBoots: 100 }
  const device = await fleet.device('G1-0001', { cohort: 'homes', settings })
  await fleet.publish({ version: '1.4.3', securityCounter: 2, ballastBytes: 300_000 })
  await fleet.rollOut('1.4.3', 'homes')
  await startAndKill(device, KILLS, numbersFrom(1))
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  const { codes } = await reportChain(fleet, device)
  assert.deepEqual(codes, [])
  device.assertProductRunsOnce()
})
