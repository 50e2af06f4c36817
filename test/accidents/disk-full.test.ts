/** A full disk: the update fails with its code, the product goes on, and the next release finds its way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aManifest, anOffer, NOW, SHA256_B, verifiedRelease } from '../support/signed-messages.ts'
import { diskFull, SimulatedDevice } from '../support/simulated-device.ts'

for (const call of ['fetch half', 'fetch', 'write half', 'write'] as const) {
  test(`a disk that is full at ${call} fails the update and nothing else`, async () => {
    const device = new SimulatedDevice()
    device.offer(verifiedRelease(), aManifest())
    let isFull = true
    device.troubles.set(
      call,
      diskFull(() => isFull),
    )
    await device.live()
    assert.equal(device.version, '1.4.2')
    assert.equal(device.record.state.name, 'idle')
    assert.ok(device.story.includes('failed DISK_FULL'), device.story.join())
    assert.equal(device.downloaded, undefined, 'the space is given back')
    assert.equal(device.history.includes('tryBoot'), false)

    // The same offer is not tried again by itself, another one is.
    isFull = false
    const release = { path: 'security/1.4.4/gateway.tar.gz', version: '1.4.4', sha256: SHA256_B }
    const chunks = { size: 1_048_576, path: `${release.path}.chunks.json`, sha256: SHA256_B }
    const sbom = { path: 'security/1.4.4/sbom.cdx.json', sha256: SHA256_B }
    const offered = { ...anOffer().release, ...release }
    device.offer(
      verifiedRelease({ ...release, chunks, sbom }),
      aManifest({ seq: 8, iat: NOW + 60, offers: [anOffer(), anOffer({ release: offered })] }),
    )
    await device.live()
    assert.equal(device.version, '1.4.4')
    assert.equal(device.record.failedOffers.length, 1)
  })
}

test('a record that cannot be saved gets its space from the download, and nothing runs ahead of it', async () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest())
  let isFull = false
  device.troubles.set('fetch', () => {
    isFull = true
  })
  device.troubles.set('discard', () => {
    isFull = false
  })
  device.troubles.set(
    'save',
    diskFull(() => isFull),
  )
  await device.live()
  const refused = device.logged.filter(({ event }) => event === 'record-not-saved')
  assert.ok(refused.length > 0)
  // Discarded under its hands, the download could not be installed; the device is where it was.
  assert.equal(device.record.state.name, 'idle')
  assert.equal(device.version, '1.4.2')
  assert.ok(device.story.includes('failed SLOT_WRITE_FAILED'), device.story.join())
})

test('a full disk during commit delays the counter, and the trial is not lost', async () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest())
  let refusals = 5
  device.troubles.set('commit', () => {
    device.troubles.set(
      'save',
      diskFull(() => {
        refusals -= 1
        return refusals >= 0
      }),
    )
  })
  await device.live()
  assert.ok(refusals < 0)
  assert.equal(device.version, '1.4.3')
  assert.equal(device.record.securityCounter, 2)
})
