/** The server is away, for a moment or for months: no update fails because of it, nothing said is lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUTBOX_MAX_COUNT, TransferError, TrustError } from '@fleetward/shared'
import { aManifest, anOffer, NOW, verifiedRelease } from '../support/signed-messages.ts'
import { SimulatedDevice, unreachable } from '../support/simulated-device.ts'

const offered = () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest())
  return device
}

for (const call of ['verify', 'fetch half', 'fetch', 'send'] as const) {
  for (const times of [1, 5, 40]) {
    test(`an update survives a server that is away for ${times} × ${call}`, async () => {
      const device = offered()
      device.troubles.set(call, unreachable(times))
      await device.live()
      assert.equal(device.version, '1.4.3')
      assert.equal(device.record.failedOffers.length, 0)
      assert.deepEqual(
        device.story.filter((said) => /[A-Z]{3}/.test(said)),
        [],
        'no failure was reported',
      )
    })
  }
}

test('the pauses between the tries grow, up to their limit', async () => {
  const device = offered()
  const triedAtMs: number[] = []
  const away = unreachable(20)
  device.troubles.set('verify', () => {
    triedAtMs.push(device.systemMs)
    away()
  })
  await device.live()
  const pausesMs = triedAtMs.slice(1).map((at, index) => at - (triedAtMs[index] ?? 0))
  // Half of each: the simulated chance is always 0.5. The first is the offer's own `retryAfter`.
  assert.deepEqual(pausesMs.slice(0, 4), [30_000, 60_000, 120_000, 150_000])
  assert.equal(Math.max(...pausesMs.slice(0, 19)), 150_000)
})

test('no director can make a device wait longer than a day between two tries', async () => {
  const device = new SimulatedDevice()
  const offer = anOffer()
  const patient = { ...offer, policy: { ...offer.policy, retryAfter: 10 * 365 * 86_400 } }
  device.offer(verifiedRelease(), aManifest({ offers: [patient] }))
  device.troubles.set('fetch', unreachable(2))
  await device.live(3 * 86_400_000)
  assert.equal(device.version, '1.4.3')
})

test('metadata that expired while a download was under way is waited for', async () => {
  const undisturbed = offered()
  await undisturbed.live()
  // The restart makes the device verify anew in the middle of the download.
  const cutAt = undisturbed.history.indexOf('fetch') + 1
  const device = new SimulatedDevice({ cutAt, cut: 'before' })
  device.offer(verifiedRelease(), aManifest())
  let timesExpired = 0
  device.troubles.set('verify', () => {
    if (device.boots === 1 || timesExpired === 3) return
    timesExpired += 1
    throw new TrustError('METADATA_EXPIRED', { role: 'timestamp' })
  })
  await device.live()
  assert.equal(timesExpired, 3)
  assert.equal(device.version, '1.4.3')
  assert.equal(device.record.failedOffers.length, 0)
})

test('a release that is withdrawn while the server could not be reached is dropped, not installed', async () => {
  const device = offered()
  device.troubles.set('fetch', unreachable(3))
  let tries = 0
  device.troubles.set('fetch half', () => {
    tries += 1
    if (tries !== 2) return
    const { rollout, release } = anOffer()
    const offers = [{ rollout, release, withdrawn: true as const }]
    device.announce(aManifest({ seq: 8, iat: NOW + 60, offers }))
    const [held] = device.manifests
    assert.ok(held)
    void device.run?.acceptManifest(held.manifest, held.token)
  })
  await device.live()
  assert.equal(device.version, '1.4.2')
  assert.ok(device.story.includes('idle RELEASE_WITHDRAWN'), device.story.join())
  assert.equal(device.downloaded, undefined)
  assert.equal(device.history.includes('tryBoot'), false)
})

test('a device that cannot report for long keeps what matters, and the server sees the gap', async () => {
  const device = new SimulatedDevice()
  device.broken.set('1.4.3', 'failed')
  let isAway = true
  device.troubles.set('send', () => {
    if (isAway) throw new TransferError('SERVER_UNREACHABLE')
  })
  const release = verifiedRelease()
  for (let attempt = 1; attempt <= 30; attempt += 1) {
    const offers = [anOffer({ attempt })]
    // A release that fails its trials again and again rests for a week in the end.
    device.systemMs += 8 * 86_400_000
    const iat = Math.floor(device.systemMs / 1000)
    device.offer(release, aManifest({ seq: 6 + attempt, iat, exp: iat + 86_400, offers }))
    device.cutPower()
    await device.live(60_000)
  }
  const { outbox, seq } = device.record.reports
  assert.ok(outbox.length <= OUTBOX_MAX_COUNT)
  assert.ok(outbox.length > OUTBOX_MAX_COUNT / 2, 'as many as there is room for')
  assert.ok(seq > OUTBOX_MAX_COUNT)
  assert.equal(outbox.at(-1)?.seq, seq, 'the newest is there')
  assert.ok(
    outbox.every(({ about }) => about !== 'progress'),
    'what says least went first',
  )

  isAway = false
  device.cutPower()
  await device.live()
  assert.equal(device.record.reports.outbox.length, 0)
  assert.deepEqual(
    device.received.map((report) => report.seq),
    outbox.map((envelope) => envelope.seq),
    'in order',
  )
  assert.ok((device.received[0]?.seq ?? 0) > 1, 'with a gap that shows')
})
