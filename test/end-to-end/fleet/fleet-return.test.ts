/** A rollout that stops itself sends back the devices on which it had worked. CRA P-016 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'

let fleet: Fleet

before(async () => {
  fleet = await Fleet.inside()
})
after(() => fleet.end())

const untilStopped = { error: { share: 0.1, minimum: 1 }, success: { share: 1 } }
const plan = (returnTo: string) => ({
  groups: [{ name: 'all', members: { rest: true }, ...untilStopped }],
  returnTo,
})

test('a rollout that stops itself takes its devices back to the version that the operator named', async () => {
  const lucky = await fleet.device('G1-0001', { cohort: 'cabins' })
  const deaf = await fleet.device('G1-0002', { cohort: 'cabins' })
  await fleet.publish({ version: FACTORY_VERSION, securityCounter: 1 })
  await fleet.publish({ version: '1.4.3', securityCounter: 1, selfTest: 'needsRadio' })
  lucky.start()
  deaf.start()
  for (const device of [lucky, deaf]) await fleet.untilSeen(device, { online: true, state: 'idle' })
  await writeFile(join(deaf.data, 'product', 'no-radio'), '')

  const rollout = await fleet.rollOut('1.4.3', 'cabins', { plan: plan(FACTORY_VERSION) })
  await fleet.untilReported(deaf, { state: 'failed', code: 'SELF_TEST_FAILED' })
  await fleet.untilReported(lucky, { state: 'idle', version: '1.4.3' })
  const back = await fleet.untilSeen(lucky, { state: 'idle', version: FACTORY_VERSION })
  assert.equal(back.securityCounter, 1)
  lucky.assertProductRunsOnce()

  const stopped = await fleet.call<{
    state: string
    progress: { committed: number; failed: number }
    explanation: { sentence: string }
  }>('GET', `/rollouts/${rollout}`)
  assert.equal(stopped.state, 'stopped')
  assert.match(stopped.explanation.sentence, /Devices that have it go back to 1\.4\.2\.$/)
  // A return is no second success of what was stopped.
  assert.deepEqual([stopped.progress.committed, stopped.progress.failed], [1, 1])
})

test('no rollout names a way back below its security counter, to what is later, or to what nobody published', async () => {
  await fleet.publish({ version: '1.4.4', securityCounter: 2 })
  for (const [returnTo, code] of [
    [FACTORY_VERSION, 'SECURITY_COUNTER_TOO_LOW'],
    ['1.4.4', 'RETURN_NOT_EARLIER'],
    ['1.3.0', 'NO_SUCH_RELEASE'],
  ] as const) {
    const started = fleet.rollOut('1.4.4', 'huts', { plan: plan(returnTo) })
    await assert.rejects(started, new RegExp(code), returnTo)
  }
})
