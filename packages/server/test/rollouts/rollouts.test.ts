/** From the operator's call to the retained manifest, with the keys a device would verify it with. CRA P-027 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cohortAudience,
  importKeySet,
  MANIFEST_RENEWAL_SECONDS,
  type Manifest,
  verifyManifest,
} from '@fleetward/shared'
import { type DeskRelease, PRODUCT } from '../support/desk.ts'
import { copyOf } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

const TOPIC = `ota/1/${PRODUCT}/cohorts/everyone/manifest`
const release = (version: string): DeskRelease => ({
  version,
  kind: 'security',
  artifact: Buffer.from(`firmware ${version}`),
})

async function withReleases(server: TestServer, ...versions: string[]) {
  const { desk } = await server.product()
  const { status } = await server.publish(desk, 1, versions.map(release))
  assert.equal(status, 200)
  return desk
}

const start = (server: TestServer, body: object) => server.of('POST', '/rollouts', body)

/** The last manifest on the topic, verified as a device does. */
async function lastManifest(server: TestServer): Promise<Manifest> {
  await server.edgeSettled()
  const last = server.published.findLast(({ topic }) => topic === TOPIC)
  assert.ok(last, 'a manifest is retained')
  const { body } = await server.of('GET', '')
  return verifyManifest(last.token, {
    keys: await importKeySet(new TextEncoder().encode(body.trust['director.jwks'])),
    product: PRODUCT,
    audience: cohortAudience(PRODUCT, 'everyone'),
    now: server.clock.at.getTime() / 1000,
  })
}

test('a rollout reaches the cohort as a signed, retained manifest', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  const started = await start(server, { release: '1.4.3', cohort: 'everyone', share: 0.25 })
  assert.equal(started.status, 201)
  const manifest = await lastManifest(server)
  const [offer, ...others] = manifest.offers
  assert.deepEqual(others, [])
  assert.ok(offer && !offer.withdrawn)
  assert.equal(offer.rollout, started.body.id)
  assert.equal(offer.share.upTo, 2500)
  assert.equal(offer.release.version, '1.4.3')
  assert.equal(offer.release.path, 'security/1.4.3/firmware.tar.zst')
  assert.equal(offer.notice.summary, 'Fixes a known exploited vulnerability.')
  assert.equal(
    await server.edge?.manifests.find(`${PRODUCT}/cohorts/everyone`),
    server.published.at(-1)?.token,
  )
})

test('pause, resume, widen, retry and withdraw each reach the cohort with a higher sequence number', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  const { body } = await start(server, { release: '1.4.3', cohort: 'everyone', share: 0.1 })
  const path = `/rollouts/${body.id}`
  const first = await lastManifest(server)

  assert.equal((await server.of('POST', `${path}/pause`)).body.state, 'paused')
  assert.deepEqual((await lastManifest(server)).offers, [])
  assert.equal((await server.of('POST', `${path}/resume`)).body.state, 'running')
  assert.equal((await lastManifest(server)).offers.length, 1)
  assert.equal((await server.of('PATCH', path, { share: 1 })).body.share, 1)
  assert.equal((await server.of('POST', `${path}/retry`)).body.attempt, 2)
  const [offer] = (await lastManifest(server)).offers
  assert.ok(offer && !offer.withdrawn)
  assert.deepEqual([offer.share.upTo, offer.attempt], [10_000, 2])
  assert.equal((await server.of('POST', `${path}/withdraw`)).body.state, 'withdrawn')
  const last = await lastManifest(server)
  assert.deepEqual(
    last.offers.map(({ rollout, withdrawn }) => [rollout, withdrawn]),
    [[body.id, true]],
  )
  assert.ok(last.seq > first.seq)

  const resumed = await server.of('POST', `${path}/resume`)
  assert.deepEqual([resumed.status, resumed.body.code], [409, 'ROLLOUT_WITHDRAWN'])
})

test('a share never shrinks', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  const { body } = await start(server, { release: '1.4.3', cohort: 'everyone', share: 0.5 })
  const answer = await server.of('PATCH', `/rollouts/${body.id}`, { share: 0.4 })
  assert.deepEqual([answer.status, answer.body.code], [409, 'SHARE_NOT_WIDENED'])
})

test('what repeats changes nothing and is not signed anew', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  const { body } = await start(server, { release: '1.4.3', cohort: 'everyone' })
  const { revision } = (await server.of('POST', `/rollouts/${body.id}/pause`)).body
  const { seq } = await lastManifest(server)
  const again = await server.of('POST', `/rollouts/${body.id}/pause`)
  assert.equal(again.body.revision, revision)
  assert.equal((await lastManifest(server)).seq, seq)
})

test('withdrawing a release withdraws its rollouts in every cohort and forbids new ones', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3', '1.4.4')
  await start(server, { release: '1.4.3', cohort: 'everyone' })
  await start(server, { release: '1.4.3', cohort: 'pilots' })
  await start(server, { release: '1.4.4', cohort: 'everyone' })

  const withdrawn = await server.of('POST', '/releases/1.4.3/withdraw')
  assert.equal(withdrawn.status, 200)
  assert.equal(typeof withdrawn.body.withdrawnAt, 'number')
  const states = (await server.of('GET', '/rollouts')).body.map(
    (rollout: { release: string; state: string }) => `${rollout.release} ${rollout.state}`,
  )
  assert.deepEqual(states.sort(), ['1.4.3 withdrawn', '1.4.3 withdrawn', '1.4.4 running'])
  const { offers } = await lastManifest(server)
  assert.deepEqual(
    offers.map((offer) => [offer.release.version, offer.withdrawn ?? false]),
    [
      ['1.4.4', false],
      ['1.4.3', true],
    ],
  )
  const again = await start(server, { release: '1.4.3', cohort: 'late' })
  assert.deepEqual([again.status, again.body.code], [409, 'RELEASE_WITHDRAWN'])
})

test('a release that leaves the metadata is not offered any more', async (t) => {
  const server = await TestServer.start(t)
  const desk = await withReleases(server, '1.4.3')
  await start(server, { release: '1.4.3', cohort: 'everyone' })
  await server.publish(desk, 2, [release('1.4.4')])
  const [offer] = (await lastManifest(server)).offers
  assert.equal(offer?.withdrawn, true)
  const again = await start(server, { release: '1.4.3', cohort: 'pilots' })
  assert.deepEqual([again.status, again.body.code], [409, 'RELEASE_NOT_LISTED'])
})

const refused: [what: string, body: object, status: number, code: string][] = [
  ['of an unknown release', { release: '9.9.9', cohort: 'everyone' }, 404, 'NO_SUCH_RELEASE'],
  [
    'with a share above 1',
    { release: '1.4.3', cohort: 'everyone', share: 1.1 },
    400,
    'REQUEST_INVALID',
  ],
  ['with a wildcard as cohort', { release: '1.4.3', cohort: '+' }, 400, 'REQUEST_INVALID'],
  ['with an unknown field', { release: '1.4.3', cohort: 'x', shares: 1 }, 400, 'REQUEST_INVALID'],
  [
    'with a link that is no web address',
    { release: '1.4.3', cohort: 'x', notice: { summary: 's', url: 'https://a b' } },
    422,
    'MANIFEST_INVALID',
  ],
]
test('a rollout that cannot be is refused, and nothing is signed', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  for (const [what, body, status, code] of refused) {
    await t.test(`${what}: ${code}`, async () => {
      const answer = await start(server, body)
      assert.deepEqual([answer.status, answer.body.code], [status, code])
    })
  }
  assert.deepEqual((await server.of('GET', '/rollouts')).body, [])
  await server.edgeSettled()
  assert.deepEqual(server.published, [])
})

test('the same release runs once per cohort, and of all that run one is offered', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.1', '1.4.2', '1.4.3', '1.4.4', '1.4.5')
  for (const version of ['1.4.1', '1.4.2', '1.4.3', '1.4.4', '1.4.5']) {
    assert.equal((await start(server, { release: version, cohort: 'everyone' })).status, 201)
  }
  const twice = await start(server, { release: '1.4.1', cohort: 'everyone' })
  assert.equal(twice.body.code, 'ROLLOUT_EXISTS')
  assert.equal((await lastManifest(server)).offers.length, 1)
})

test('the longest notice there may be fits the manifest, with every rollout called back beside it', async (t) => {
  const server = await TestServer.start(t)
  const versions = ['1.4.1', '1.4.2', '1.4.3', '1.4.4']
  await withReleases(server, ...versions)
  const notice = {
    summary: 'x'.repeat(400),
    url: `https://example.com/${'x'.repeat(270)}`,
    advisories: Array.from({ length: 10 }, () => 'x'.repeat(64)),
  }
  for (const version of versions) {
    const { body } = await start(server, { release: version, cohort: 'everyone', notice })
    if (version !== '1.4.4') await server.of('POST', `/rollouts/${body.id}/withdraw`)
  }
  const { offers } = await lastManifest(server)
  assert.deepEqual(
    offers.map(({ withdrawn }) => withdrawn ?? false),
    [false, true, true, true],
  )
})

test('with the broker away the rollout stands, and is published when it is back', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  server.brokerIsAway = true
  assert.equal((await start(server, { release: '1.4.3', cohort: 'everyone' })).status, 201)
  await server.edgeSettled()
  assert.deepEqual(server.published, [])
  server.brokerIsAway = false
  await server.tick()
  assert.equal((await lastManifest(server)).offers.length, 1)
})

test('a start publishes every manifest again, with the sequence number it had', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  await start(server, { release: '1.4.3', cohort: 'everyone' })
  const before = await lastManifest(server)
  await server.stop()
  server.published.length = 0
  await server.start()
  assert.deepEqual(await lastManifest(server), before)
})

test('a manifest is signed anew after six hours, not before', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  await start(server, { release: '1.4.3', cohort: 'everyone' })
  const later = (seconds: number) => {
    server.clock.at = new Date(server.clock.at.getTime() + seconds * 1000)
  }
  const first = await lastManifest(server)
  later(MANIFEST_RENEWAL_SECONDS - 1)
  await server.tick()
  assert.deepEqual(await lastManifest(server), first)
  later(1)
  await server.tick()
  assert.ok((await lastManifest(server)).seq > first.seq)
})

test('a server restored from a backup signs above every number it has forgotten', async (t) => {
  const server = await TestServer.start(t)
  await withReleases(server, '1.4.3')
  const { body } = await start(server, { release: '1.4.3', cohort: 'everyone' })
  await server.stop()
  const backup = await copyOf(server.folder)
  await server.start()
  for (const step of ['pause', 'resume', 'pause', 'resume']) {
    await server.of('POST', `/rollouts/${body.id}/${step}`)
  }
  const forgotten = await lastManifest(server)
  await server.stop()
  await backup.restore()
  server.clock.at = new Date(server.clock.at.getTime() + 60_000)
  await server.start()
  await server.of('POST', `/rollouts/${body.id}/pause`)
  assert.ok((await lastManifest(server)).seq > forgotten.seq)
})
