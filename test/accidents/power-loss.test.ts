/**
 * Cuts the power once at every call the agent makes, before and after it takes effect, and then lets
 * the device boot until nothing happens any more. Whatever the moment: it never boots an incomplete
 * slot, never commits what was not tested (the simulated device asserts both), and ends idle on the
 * right version with the right security counter, having told the server what happened.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenDigest } from '@fleetward/shared'
import { aManifest, anOffer, verifiedRelease } from '../support/signed-messages.ts'
import { type Faults, SimulatedDevice } from '../support/simulated-device.ts'

const kinds = {
  'that works': { broken: undefined, version: '1.4.3', securityCounter: 2, code: undefined },
  'that fails its self-test': {
    broken: 'failed',
    version: '1.4.2',
    securityCounter: 1,
    code: 'SELF_TEST_FAILED',
  },
  'that hangs in its self-test': {
    broken: 'hangs',
    version: '1.4.2',
    securityCounter: 1,
    code: 'TRIAL_TIMED_OUT',
  },
} as const

for (const [kind, expected] of Object.entries(kinds)) {
  const undisturbed = await update(expected.broken)

  test(`a release ${kind} ends on ${expected.version}`, () => {
    requireGoodEnd(undisturbed, expected)
    assert.equal(undisturbed.boots, 1)
  })

  describe(`power loss while updating to a release ${kind}`, () => {
    for (let cutAt = 1; cutAt <= undisturbed.calls; cutAt += 1) {
      for (const cut of ['before', 'after'] as const) {
        const name = undisturbed.history[cutAt - 1]
        test(`${cut} call ${cutAt}, ${name}`, async () => {
          const device = await update(expected.broken, { cutAt, cut })
          assert.equal(device.boots, 2, 'the power was cut once')
          requireGoodEnd(device, expected)
        })
      }
    }
  })
}

test('a new slot that takes the device down at every boot is given up after three', async () => {
  const device = await update(undefined, { cutInSelfTest: true })
  assert.equal(device.version, '1.4.2')
  assert.equal(device.record.securityCounter, 1)
  assert.equal(device.history.filter((call) => call === 'selfTest').length, 3)
  assert.ok(device.story.includes('failed NEW_SLOT_DID_NOT_STAY'), device.story.join())
})

async function update(
  broken: 'failed' | 'hangs' | undefined,
  faults: Faults = {},
): Promise<SimulatedDevice> {
  const device = new SimulatedDevice(faults)
  if (broken !== undefined) device.broken.set('1.4.3', broken)
  device.offer(verifiedRelease(), aManifest({ offers: [anOffer()] }))
  await device.live()
  return device
}

function requireGoodEnd(
  device: SimulatedDevice,
  expected: { version: string; securityCounter: number; code: string | undefined },
): void {
  const { record } = device
  assert.equal(device.version, expected.version)
  assert.equal(device.slots[device.boot.permanent]?.version, expected.version, 'and stays')
  assert.equal(device.boot.trial, undefined)
  assert.equal(device.downloaded, undefined, 'the download is gone')
  assert.equal(record.state.name, 'idle')
  assert.equal(record.securityCounter, expected.securityCounter)
  assert.equal(record.failedOffers.length, expected.code === undefined ? 0 : 1)

  const last = device.received.at(-1)
  assert.deepEqual(
    [last?.state, last?.version, last?.securityCounter],
    ['idle', expected.version, expected.securityCounter],
  )
  const codes = new Set(device.received.flatMap(({ code }) => (code === undefined ? [] : [code])))
  assert.deepEqual([...codes], expected.code === undefined ? [] : [expected.code])
  // Nothing that was said is lost, and nothing was said twice in different words.
  assert.deepEqual(
    device.received.map(({ seq }) => seq),
    device.received.map((_, index) => index + 1),
  )
  device.received.forEach((report, index) => {
    const before = device.received[index - 1]
    const prev = before === undefined ? '' : tokenDigest(`${JSON.stringify(before)}.signature`)
    assert.equal(report.prev, prev, `prev of report ${report.seq}`)
  })
}
