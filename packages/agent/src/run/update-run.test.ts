/** What the run does with manifests, commands and refusals, over a device in memory. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deviceAudience, TrustError } from '@fleetward/shared'
import {
  aCommand,
  aManifest,
  anOffer,
  DEVICE,
  NOW,
  PRODUCT,
  SHA256_B,
  verifiedRelease,
} from '../../../../test/support/signed-messages.ts'
import { SimulatedDevice } from '../../../../test/support/simulated-device.ts'

const functionality = {
  path: 'functionality/1.5.0/gateway.tar.gz',
  version: '1.5.0',
  kind: 'functionality',
  sha256: SHA256_B,
} as const
const functionalityOffer = () =>
  anOffer({ rollout: 'new-1-5-0', release: { ...anOffer().release, ...functionality } })
const functionalityRelease = () =>
  verifiedRelease({
    ...functionality,
    role: 'functionality',
    line: '1.5',
    fixes: [],
    chunks: { size: 1_048_576, path: `${functionality.path}.chunks.json`, sha256: SHA256_B },
    sbom: { path: 'functionality/1.5.0/sbom.cdx.json', sha256: SHA256_B },
  })
const asking = () => {
  const device = new SimulatedDevice()
  const asks = { security: 'ask', functionality: 'ask' } as const
  device.device = { ...device.device, defaults: { ...device.device.defaults, ...asks } }
  return device
}

test('the whole story of an update is told, each state once', async () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest())
  await device.live()
  const states = device.received.filter(({ progress }) => progress === undefined)
  assert.deepEqual(
    states.map(({ state, version }) => `${state} ${version}`),
    [
      'idle 1.4.2',
      'offered 1.4.2',
      'downloading 1.4.2',
      'installing 1.4.2',
      'arming 1.4.2',
      'rebooting 1.4.2',
      'trial 1.4.3',
      'committing 1.4.3',
      'idle 1.4.3',
    ],
  )
  assert.equal(device.received.find(({ progress }) => progress !== undefined)?.progress, 50)
  assert.ok(device.received[0]?.inventory, 'the first says what the device is')
  const slots = device.received.flatMap(({ inventory }) => inventory?.slot ?? [])
  assert.deepEqual(slots, ['A', 'B'], 'and the inventory comes again when it changed')
})

test('a device that travels says so in its next report, and then not again', async () => {
  const device = new SimulatedDevice()
  device.inventory = { agent: 'simulated', timeZone: 'Europe/Berlin' }
  await device.live(0)
  device.inventory = { agent: 'simulated', timeZone: 'Asia/Tokyo' }
  device.offer(verifiedRelease(), aManifest())
  await device.live()
  const told = device.received.map(({ inventory }) => inventory?.timeZone)
  assert.deepEqual(told.slice(0, 3), ['Europe/Berlin', 'Asia/Tokyo', undefined])
})

test('security goes before functionality, and both are installed in the end', async () => {
  const device = new SimulatedDevice()
  device.offer(functionalityRelease(), aManifest())
  device.offer(verifiedRelease(), aManifest({ offers: [functionalityOffer(), anOffer()] }))
  await device.live()
  assert.equal(device.version, '1.5.0')
  const trials = device.received.filter(({ state }) => state === 'trial').map((it) => it.version)
  assert.deepEqual(trials, ['1.4.3', '1.5.0'])
})

describe('while an offer waits', () => {
  test('a more urgent one takes its place', async () => {
    const device = asking()
    device.offer(functionalityRelease(), aManifest({ offers: [functionalityOffer()] }))
    await device.live(60_000)
    assert.equal(device.story.at(-1), 'offered approval')
    device.offer(
      verifiedRelease(),
      aManifest({ seq: 8, iat: NOW + 60, offers: [functionalityOffer(), anOffer()] }),
    )
    await device.live(60_000)
    assert.equal(device.received.at(-1)?.release?.version, '1.4.3')
    assert.equal(device.received.at(-1)?.waitingFor, 'approval')
  })

  test('a paused one is let go, and its first notice is remembered', async () => {
    const device = asking()
    device.offer(verifiedRelease(), aManifest())
    await device.live(60_000)
    device.announce(aManifest({ seq: 8, iat: NOW + 60, offers: [] }))
    await device.live(60_000)
    assert.equal(device.record.state.name, 'idle')
    device.announce(aManifest({ seq: 9, iat: NOW + 120 }))
    await device.live(60_000)
    assert.equal(device.record.state.name, 'offered')
    assert.equal(device.record.firstNotices.length, 1)
  })

  test('the same words signed anew are no news for the server', async () => {
    const device = asking()
    device.offer(verifiedRelease(), aManifest())
    await device.live(60_000)
    const said = device.received.length
    for (const seq of [8, 9, 10]) {
      const iat = NOW + seq * 3600
      device.announce(aManifest({ seq, iat, exp: iat + 86_400 }))
      await device.live(60_000)
    }
    assert.equal(device.received.length, said)
    const { state } = device.record
    assert.equal(state.name === 'offered' && state.update.validUntil, NOW + 10 * 3600 + 86_400)
  })
})

describe('what must not be installed', () => {
  for (const [what, release, code, refused] of [
    ['that TUF does not know', undefined, 'TARGET_NOT_FOUND', 'metadata'],
    [
      'for other hardware',
      verifiedRelease({ compatible: ['x'] }),
      'RELEASE_INCOMPATIBLE',
      'metadata',
    ],
    [
      'that the director describes differently',
      verifiedRelease({ length: 1 }),
      'MANIFEST_OVERRIDES_RELEASE',
      'manifest',
    ],
  ] as const) {
    test(`a release ${what} is refused with its code; the device is idle and ready`, async () => {
      const device = new SimulatedDevice()
      if (release !== undefined) device.releases.set(release.path, release)
      device.announce(aManifest())
      await device.live(60_000)
      assert.ok(device.story.includes(`offered ${code} ${refused}`), device.story.join())
      assert.equal(device.record.state.name, 'idle')
      assert.equal(device.record.failedOffers.length, 0, 'the server may repair it')
      assert.equal(device.history.includes('fetch'), false)

      device.offer(verifiedRelease(), aManifest({ seq: 8, iat: NOW + 60 }))
      await device.live()
      assert.equal(device.version, '1.4.3')
    })
  }

  test('a release below the security counter is refused, whatever its version', async () => {
    const device = new SimulatedDevice()
    device.offer(verifiedRelease(), aManifest())
    await device.live()
    const path = 'security/1.4.9/gateway.tar.gz'
    const changes = { path, version: '1.4.9', securityCounter: 1 }
    const chunks = { size: 1_048_576, path: `${path}.chunks.json`, sha256: SHA256_B }
    const sbom = { path: 'security/1.4.9/sbom.cdx.json', sha256: SHA256_B }
    const offers = [anOffer({ release: { ...anOffer().release, ...changes } })]
    device.offer(
      verifiedRelease({ ...changes, chunks, sbom }),
      aManifest({ seq: 8, iat: NOW + 60, offers }),
    )
    await device.live(60_000)
    assert.ok(device.story.includes('offered SECURITY_COUNTER_DECREASED metadata'))
    assert.equal(device.version, '1.4.3')
  })

  test('a slot that does not hold what was offered is never armed', async () => {
    const device = new SimulatedDevice()
    device.offer(verifiedRelease(), aManifest())
    device.troubles.set('save', () => {
      const { B } = device.slots
      if (B !== undefined) device.slots.B = { ...B, version: '1.4.0' }
    })
    await device.live()
    assert.ok(device.story.includes('failed SLOT_WRITE_FAILED'), device.story.join())
    assert.equal(device.history.includes('tryBoot'), false)
  })

  test('a slot below the security counter is never armed, although its release was above', async () => {
    const device = new SimulatedDevice()
    device.offer(verifiedRelease(), aManifest())
    device.troubles.set('save', () => {
      const { B } = device.slots
      if (B !== undefined) device.slots.B = { ...B, securityCounter: 0 }
    })
    await device.live()
    assert.ok(device.story.includes('failed SECURITY_COUNTER_DECREASED'), device.story.join())
    assert.equal(device.history.includes('tryBoot'), false)
  })

  test('an offer that refuses to verify is asked for ever less often', async () => {
    const device = new SimulatedDevice()
    device.announce(aManifest())
    await device.live(24 * 3_600_000 - 1000, { untilIdle: false })
    const asked = device.history.filter((call) => call === 'verify').length
    assert.ok(asked >= 20 && asked <= 60, `${asked} times in a day`)
  })
})

describe('a failed update', () => {
  const failed = async () => {
    const device = new SimulatedDevice()
    device.broken.set('1.4.3', 'crashes')
    device.offer(verifiedRelease(), aManifest())
    await device.live()
    assert.ok(device.story.includes('failed PRODUCT_CRASHED'), device.story.join())
    return device
  }
  const trials = (device: SimulatedDevice) =>
    device.history.filter((call) => call === 'selfTest').length

  test('is not tried again by itself, after restarts and newer manifests either', async () => {
    const device = await failed()
    device.cutPower()
    device.announce(aManifest({ seq: 8, iat: NOW + 60 }))
    await device.live()
    assert.equal(trials(device), 1)
    assert.equal(device.version, '1.4.2')
  })

  test('is tried again when the server counts another attempt', async () => {
    const device = await failed()
    device.broken.clear()
    device.announce(aManifest({ seq: 8, iat: NOW + 60, offers: [anOffer({ attempt: 2 })] }))
    await device.live()
    assert.equal(device.version, '1.4.3')
  })
})

describe('the order of messages', () => {
  const running = async () => {
    const device = new SimulatedDevice()
    device.announce(aManifest({ offers: [] }))
    await device.live()
    assert.ok(device.run)
    return { device, run: device.run }
  }

  test('an older manifest and one of the same number with other words are refused', async () => {
    const { run } = await running()
    const older = aManifest({ seq: 6 })
    await assert.rejects(run.acceptManifest(older, 'older.token'), { code: 'SEQUENCE_REPLAYED' })
    const other = aManifest({ seq: 7 })
    await assert.rejects(run.acceptManifest(other, 'other.token'), { code: 'SEQUENCE_CONFLICT' })
  })

  test('what was accepted last survives a restart', async () => {
    const { device } = await running()
    device.cutPower()
    device.manifests = []
    await device.live()
    const older = aManifest({ seq: 6 })
    assert.ok(device.run)
    await assert.rejects(device.run.acceptManifest(older, 'older.token'), {
      code: 'SEQUENCE_REPLAYED',
    })
  })

  test('a manifest for the device itself replaces the cohort’s', async () => {
    const { device } = await running()
    device.offer(verifiedRelease(), aManifest({ seq: 8, iat: NOW + 60 }))
    device.announce(aManifest({ aud: deviceAudience(PRODUCT, DEVICE), seq: 1, offers: [] }))
    // As on the wire: the device's own may come first.
    device.manifests.reverse()
    await device.live()
    assert.equal(device.version, '1.4.2')
  })

  test('a command works once, also when the power fails right after it was taken', async () => {
    const { device, run } = await running()
    await run.takeCommand(aCommand({ seq: 3 }), { cohort: 'late' })
    device.cutPower()
    await device.live()
    assert.equal(device.record.cohort, 'late')
    assert.ok(device.run)
    await assert.rejects(device.run.takeCommand(aCommand({ seq: 3 }), { cohort: 'early' }), {
      code: 'SEQUENCE_REPLAYED',
    })
  })

  test('a flood of forgeries is one report a minute and changes no state', async () => {
    const { device, run } = await running()
    const before = device.received.length
    for (let i = 0; i < 50; i += 1) {
      await run.reportRefusal('manifest', new TrustError('TOKEN_SIGNATURE_INVALID'))
    }
    await run.reportRefusal('command', new TrustError('TOKEN_EXPIRED'))
    await device.live()
    assert.deepEqual(device.story.slice(before), [
      'idle TOKEN_SIGNATURE_INVALID manifest',
      'idle TOKEN_EXPIRED command',
    ])
  })
})

test('an agent that is ended stops the product and sends nothing more', async () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest())
  await device.live()
  await device.run?.stop()
  assert.equal(device.history.at(-1), 'stop')
  await device.run?.ended
})
