/**
 * Clock ratchet: a director that was taken over dates each manifest as far ahead as two clocks may differ. If each
 * moved the device's floor, enough of them would carry it years ahead: past the owner's postponement and
 * opt-out, and past the expiry of all metadata, for good, because the floor is never lowered.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLOCK_TOLERANCE_SECONDS, cohortManifestTopic, signManifest } from '@fleetward/shared'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import { aManifest, COHORT, NOW, PRODUCT } from '../support/signed-messages.ts'

test('manifests from the near future do not add up to a clock far ahead', async (t) => {
  const parties = await someParties()
  const device = await ListeningDevice.start({ parties })
  t.after(() => device.stop())
  const receive = async (seq: number, iat: number) => {
    const manifest = aManifest({ seq, iat, exp: iat + 3600, offers: [] })
    const token = await signManifest(manifest, parties.director)
    return device.receive(cohortManifestTopic(PRODUCT, COHORT), token)
  }
  const ahead = NOW + CLOCK_TOLERANCE_SECONDS
  assert.deepEqual(await receive(10, ahead), [], 'an honest server’s clock may differ that much')
  const refused = [{ what: 'manifest', code: 'TOKEN_NOT_YET_VALID' }]
  assert.deepEqual(await receive(11, ahead + CLOCK_TOLERANCE_SECONDS), refused)
  assert.equal(device.record.clockFloor, NOW)
})
