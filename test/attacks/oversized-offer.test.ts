/** Endless data in messages: more than a device can hold, in length, depth, number and meaning. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  MANIFEST_LENGTH_MAX_BYTES,
  MQTT_PACKET_MAX_BYTES,
  type Offer,
  signManifest,
} from '@fleetward/shared'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import {
  aCommand,
  aManifest,
  anOffer,
  COHORT,
  commandHeader,
  DEVICE,
  forge,
  manifestHeader,
  PRODUCT,
} from '../support/signed-messages.ts'

const parties = await someParties()
const { director, commands } = parties
const topic = cohortManifestTopic(PRODUCT, COHORT)
const device = await ListeningDevice.start({ parties })
after(() => device.stop())

async function refuses(claims: unknown, code: string) {
  const token = await forge(manifestHeader(director), claims as never, director.key)
  assert.deepEqual(await device.receive(topic, token), [{ what: 'manifest', code }])
  assert.equal(device.record.state.name, 'idle')
}

const offers = (...list: unknown[]) => ({ ...aManifest(), offers: list })
const offer = anOffer()

test('a token longer than a manifest may be is refused unread', async () => {
  const padded = { ...aManifest(), padding: 'x'.repeat(MANIFEST_LENGTH_MAX_BYTES) }
  await refuses(padded, 'TOKEN_TOO_LONG')
  const garbage = 'x'.repeat(MQTT_PACKET_MAX_BYTES)
  const code = 'TOKEN_TOO_LONG'
  assert.deepEqual(await device.receive(topic, garbage), [{ what: 'manifest', code }])
})

test('a command may be half as long as a manifest', async () => {
  const claims = { ...aCommand(), arguments: { padding: 'x'.repeat(3500) } }
  const token = await forge(commandHeader(commands), claims as never, commands.key)
  const on = commandTopic(PRODUCT, DEVICE)
  assert.deepEqual(await device.receive(on, token), [{ what: 'command', code: 'TOKEN_TOO_LONG' }])
})

test('five offers are one too many', async () => {
  await refuses(offers(offer, offer, offer, offer, offer), 'MANIFEST_INVALID')
})

test('claims nested deeper than any of ours', async () => {
  const deep = `${'['.repeat(1000)}${']'.repeat(1000)}`
  const text = JSON.stringify(aManifest()).replace('{', `{"deep":${deep},`)
  const token = await forge(manifestHeader(director), text, director.key)
  const code = 'JSON_LIMIT_EXCEEDED'
  assert.deepEqual(await device.receive(topic, token), [{ what: 'manifest', code }])
})

for (const [what, wrong] of [
  ['a release larger than any flash', { ...offer, release: { ...offer.release, length: 2 ** 40 } }],
  [
    'a summary as long as a book',
    { ...offer, notice: { ...offer.notice, summary: 'x'.repeat(401) } },
  ],
  [
    'a hundred advisories',
    { ...offer, notice: { ...offer.notice, advisories: Array(100).fill('A') } },
  ],
  ['a wait of a century', { ...offer, policy: { ...offer.policy, retryAfter: 100 * 31_536_000 } }],
  ['an endless path', { ...offer, release: { ...offer.release, path: 'a'.repeat(201) } }],
] satisfies [string, unknown][]) {
  test(`an offer with ${what} is refused`, () => refuses(offers(wrong), 'MANIFEST_INVALID'))
}

test('four offers with everything an operator usually writes fit', async () => {
  const full = (version: string): Offer =>
    anOffer({
      rollout: `rollout-of-${version.replaceAll('.', '-')}`,
      release: { ...offer.release, path: `security/${version}/gateway.tar.zst`, version },
      policy: { ...offer.policy, notBefore: 1, deadline: 2 ** 31, postponeUpTo: 86_400 },
      notice: {
        summary: 'ä'.repeat(100),
        severity: 'critical',
        advisories: ['FW-2026-001', 'FW-2026-002'],
        url: 'https://updates.example.org/advisories/fw-2026-001.html',
      },
    })
  const manifest = aManifest({ offers: ['1.4.3', '1.4.4', '1.5.0', '1.5.1'].map(full) })
  const token = await signManifest(manifest, director)
  await device.receive(topic, token)
  assert.equal(device.record.audiences[0]?.seq, manifest.seq)
})
