/**
 * Director replay: whoever holds the broker sends a device manifests that the director really signed, for
 * somebody else or some other time. (Uptane: replay to another device, freeze.)
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  cohortAudience,
  cohortManifestTopic,
  deviceAudience,
  deviceManifestTopic,
  directorIssuer,
  type Json,
  type Manifest,
  SEQUENCE_LEAD_MAX,
  signManifest,
  signToken,
} from '@fleetward/shared'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import { aManifest, anOffer, COHORT, DEVICE, NOW, PRODUCT } from '../support/signed-messages.ts'

const parties = await someParties()
const sign = (changes: Partial<Manifest>) => signManifest(aManifest(changes), parties.director)
const cohortTopic = cohortManifestTopic(PRODUCT, COHORT)
const ownTopic = deviceManifestTopic(PRODUCT, DEVICE)

const running: ListeningDevice[] = []
after(() => Promise.all(running.map((device) => device.stop())))

async function aDevice(options: { now?: number } = {}): Promise<ListeningDevice> {
  const device = await ListeningDevice.start({ parties, ...options })
  running.push(device)
  return device
}

const refusedFor = (code: string) => [{ what: 'manifest', code }]

test('a manifest that is right in all is taken, so that the refusals below mean something', async () => {
  const device = await aDevice()
  assert.deepEqual(await device.receive(cohortTopic, await sign({})), [])
  await device.until(() => device.fetched.length > 0)
  assert.equal(device.takenRelease, anOffer().release.path)
})

for (const [what, topic, changes, code] of [
  [
    'of another cohort',
    cohortTopic,
    { aud: cohortAudience(PRODUCT, 'late') },
    'TOKEN_AUDIENCE_WRONG',
  ],
  [
    'of another device',
    ownTopic,
    { aud: deviceAudience(PRODUCT, 'G1-0002') },
    'TOKEN_AUDIENCE_WRONG',
  ],
  ['of its cohort on its own topic', ownTopic, {}, 'TOKEN_AUDIENCE_WRONG'],
  [
    'of its own on its cohort’s topic',
    cohortTopic,
    { aud: deviceAudience(PRODUCT, DEVICE) },
    'TOKEN_AUDIENCE_WRONG',
  ],
  ['of another product', cohortTopic, { iss: directorIssuer('lumen-hub') }, 'TOKEN_ISSUER_WRONG'],
  [
    'for another product',
    cohortTopic,
    { aud: cohortAudience('lumen-hub', COHORT) },
    'TOKEN_AUDIENCE_WRONG',
  ],
  ['that has expired', cohortTopic, { iat: NOW - 86_400, exp: NOW }, 'TOKEN_EXPIRED'],
  ['from the future', cohortTopic, { iat: NOW + 301, exp: NOW + 1000 }, 'TOKEN_NOT_YET_VALID'],
] as const) {
  test(`a manifest ${what} is refused and reported, and changes nothing else`, async () => {
    const device = await aDevice()
    assert.deepEqual(await device.receive(topic, await sign(changes)), refusedFor(code))
    assert.equal(device.record.state.name, 'idle')
    assert.deepEqual(device.record.audiences, [])
    assert.equal(device.record.clockFloor, 0)
    const last = (await device.reports()).at(-1)
    assert.equal(last?.refused, 'manifest')
    assert.equal(last?.code, code)
    assert.equal(last?.state, 'idle')
  })
}

test('a topic of another product or device is not even read', async () => {
  const device = await aDevice()
  const token = await sign({})
  const others = [
    cohortManifestTopic('lumen-hub', COHORT),
    cohortManifestTopic(PRODUCT, 'late'),
    deviceManifestTopic(PRODUCT, 'G1-0002'),
  ]
  for (const topic of others) assert.deepEqual(await device.receive(topic, token), [])
  assert.deepEqual(device.record.audiences, [])
})

test('an older manifest does not come back, not after a restart, not after the newer one expired', async () => {
  const device = await aDevice()
  const old = await sign({ seq: 7 })
  await device.receive(cohortTopic, old)
  await device.receive(cohortTopic, await sign({ seq: 8, offers: [] }))
  assert.equal(device.record.audiences[0]?.seq, 8)
  assert.deepEqual(await device.receive(cohortTopic, old), refusedFor('SEQUENCE_REPLAYED'))

  await device.restart()
  assert.deepEqual(await device.receive(cohortTopic, old), refusedFor('SEQUENCE_REPLAYED'))
})

test('the newest manifest may be delivered again, and nothing is refused', async () => {
  const device = await aDevice()
  const token = await sign({})
  await device.receive(cohortTopic, token)
  const { audiences } = device.record
  assert.deepEqual(await device.receive(cohortTopic, token), [])
  await device.restart()
  assert.deepEqual(await device.receive(cohortTopic, token), [])
  assert.deepEqual(device.record.audiences, audiences)
})

test('two manifests of one number: the first counts, the second is a conflict', async () => {
  const device = await aDevice()
  await device.receive(cohortTopic, await sign({ offers: [] }))
  const second = await sign({})
  assert.deepEqual(await device.receive(cohortTopic, second), refusedFor('SEQUENCE_CONFLICT'))
  assert.equal(device.takenRelease, undefined)
})

test('the numbers of a cohort and of the device itself are counted apart', async () => {
  const device = await aDevice()
  await device.receive(cohortTopic, await sign({ seq: 900 }))
  const own = await sign({ seq: 1, aud: deviceAudience(PRODUCT, DEVICE), offers: [] })
  assert.deepEqual(await device.receive(ownTopic, own), [])
})

test('a clock set back to 1970 does not make an expired manifest fresh again', async () => {
  const device = await aDevice()
  await device.receive(cohortTopic, await sign({ offers: [] }))
  device.now = 0
  await device.restart()
  const old = await sign({ seq: 9, iat: NOW - 86_400, exp: NOW - 1 })
  assert.deepEqual(await device.receive(cohortTopic, old), refusedFor('TOKEN_EXPIRED'))
})

test('no number is so high that honest manifests could not follow for more than a day', async () => {
  const device = await aDevice()
  const seq = 2 ** 53 - 1
  const largest = await signToken({
    ...{ typ: 'fleetward-manifest+jws', alg: 'Ed25519', maxBytes: 8192 },
    ...{ kid: parties.director.kid, key: parties.director.key },
    claims: { ...aManifest({ offers: [] }), seq } as unknown as Json,
  })
  assert.deepEqual(await device.receive(cohortTopic, largest), refusedFor('MANIFEST_INVALID'))
  const highest = await sign({ seq: NOW + SEQUENCE_LEAD_MAX, offers: [] })
  assert.deepEqual(await device.receive(cohortTopic, highest), [])
})
