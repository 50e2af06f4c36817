/** A device outlives whoever reads its agent's log. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../support/fleet.ts'

const fleet = await Fleet.withServerProcess()
after(() => fleet.end())
await fleet.publish({ version: '1.4.3' })

test('an agent whose log nobody reads any more goes on updating its device', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  device.start()
  await device.untilEvent({ event: 'enrolled' })
  device.loseLogReader()
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  await device.stop()
  assert.equal(device.said, '', 'nothing went wrong on its way out')
})
