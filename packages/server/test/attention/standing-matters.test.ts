/** What time brings: metadata, certificates and waivers that run out, advisories that lie about, support that ends. CRA P-022 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT } from '../support/desk.ts'
import { attention, mattersOf } from '../support/on-watch.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const DAY = 86_400

async function site(t: TestContext) {
  const server = await TestServer.start(t, {}, { startEdge })
  const { desk } = await server.product()
  const artifact = Buffer.from('firmware')
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const begun = server.clock.at.getTime()
  return {
    server,
    desk,
    stores: storesOf(server),
    now: () => Math.floor(server.clock.at.getTime() / 1000),
    /** Days since it began. */
    day: (days: number) => {
      server.clock.at = new Date(begun + days * DAY * 1000)
    },
  }
}

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000)

test('metadata that the desk signs is told a quarter of its life before, what the server signs when it failed to', async (t) => {
  const { server, desk, day, now } = await site(t)
  const roles = async () =>
    (await mattersOf('metadataExpiring', server)).map(({ subject, severity }) => [
      subject.role,
      severity,
    ])
  assert.deepEqual(await roles(), [])
  day(2.5)
  assert.deepEqual(await roles(), [['timestamp', 'urgent']])
  await server.tick()
  assert.deepEqual(await roles(), [])
  const end = secondsOf(desk.expires)
  server.clock.at = new Date((end - 60 * DAY) * 1000)
  await server.tick()
  assert.deepEqual(await roles(), [['root', 'note']])
  server.clock.at = new Date((end - 20 * DAY) * 1000)
  await server.tick()
  assert.deepEqual(
    (await roles()).toSorted(),
    ['root', 'security', 'targets'].map((role) => [role, 'soon']),
  )
  server.clock.at = new Date((end + 1) * 1000)
  const over = await mattersOf('metadataExpiring', server)
  const root = over.find(({ subject }) => subject.role === 'root')
  assert.deepEqual(root, {
    ...{ kind: 'metadataExpiring', severity: 'urgent', product: PRODUCT, by: end },
    ...{ since: end - (365 * DAY) / 4, subject: { role: 'root' } },
    facts: { version: 1, isOffline: true, isOver: true },
  })
  assert.ok(now() > end)
})

test('after a rotation the desk has something to sign', async (t) => {
  const { server, now } = await site(t)
  assert.deepEqual(await mattersOf('metadataToSign', server), [])
  assert.equal((await server.of('POST', '/keys/timestamp/rotate', {})).status, 200)
  const [matter, ...others] = await mattersOf('metadataToSign', server)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [matter?.facts.roles, matter?.severity, matter?.since],
    [['root'], 'soon', now()],
  )
})

test('a certificate of the server is told when nobody renewed it, to who reads the whole server', async (t) => {
  const { server, day, stores } = await site(t)
  const shown = async () =>
    (await mattersOf('certificateExpiring', server)).map(({ subject, severity }) => [
      subject.purpose,
      severity,
    ])
  assert.deepEqual(await shown(), [])
  const [current] = await stores.serverKeys.ring('tls', '')
  assert.ok(current !== undefined)
  // Of a name that this server had before.
  await stores.serverKeys.add({ ...current, id: 'f'.repeat(32) })
  day(80)
  assert.deepEqual(await shown(), [['tls', 'soon']])
  const local = await signedIn(server, [{ role: 'operator', product: PRODUCT }])
  assert.ok((await attention(local)).notPermitted.includes('certificateExpiring'))
  assert.deepEqual(await mattersOf('certificateExpiring', local), [])
  day(91)
  const [over] = await mattersOf('certificateExpiring', server)
  assert.deepEqual([over?.severity, over?.facts.isOver], ['urgent', true])
  day(19.5 * 365)
  const authorities = (await shown()).filter(([purpose]) => purpose !== 'tls')
  assert.deepEqual(authorities.toSorted(), [
    ['fleet-ca', 'soon'],
    ['server-ca', 'soon'],
  ])
})

test('a waiver is told before it ends, unless its release is out', async (t) => {
  const { server, stores, day, now } = await site(t)
  const waiver = (id: string, version: string) => ({
    ...{ id, product: PRODUCT, version, code: 'FEED_STALE', finding: undefined, about: 'osv' },
    ...{ reason: 'Tonight', by: 'acc', name: 'Anna', at: now(), until: now() + 20 * DAY },
    ...{ endedAt: undefined, endedBy: undefined },
  })
  for (const [id, version] of [
    ['a', '1.5.0'],
    ['b', '1.4.3'],
    ['c', '1.5.0'],
  ] as const) {
    await stores.gate.addWaiver(waiver(id, version) as Parameters<typeof stores.gate.addWaiver>[0])
  }
  assert.deepEqual(await mattersOf('waiverEnding', server), [])
  await stores.gate.endWaiver(PRODUCT, 'c', { at: now(), by: 'acc' })
  day(8)
  const [ending, ...others] = await mattersOf('waiverEnding', server)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [ending?.subject, ending?.severity, ending?.facts],
    [
      { waiver: 'a', release: '1.5.0', finding: null },
      'note',
      { code: 'FEED_STALE', givenBy: 'Anna' },
    ],
  )
  day(20)
  assert.deepEqual(await mattersOf('waiverEnding', server), [])
})

test('an advisory that nobody publishes is told after a week, one that is held when that is over', async (t) => {
  const { server, day, now } = await site(t)
  const settings = { contacts: ['mailto:a@example.com'], organisation: 'Lumen' }
  assert.equal((await server.call('PATCH', '/disclosure/settings', settings)).status, 200)
  const drafted = await server.of('POST', '/advisories', { title: 'Command injection' })
  assert.equal(drafted.status, 201)
  const { id } = drafted.body
  assert.deepEqual(await mattersOf('advisoryUnpublished', server), [])
  day(8)
  const [draft] = await mattersOf('advisoryUnpublished', server)
  assert.deepEqual(
    [draft?.subject, draft?.facts],
    [
      { advisory: id, finding: null },
      { title: 'Command injection', state: 'draft', isHoldOver: false },
    ],
  )
  const until = now() + DAY
  const hold = { reason: 'Not before the fix', until }
  const path = `/products/${PRODUCT}/advisories/${id}/hold`
  const held = await server.call('POST', path, hold, { 'if-match': '*' })
  assert.equal(held.status, 200, JSON.stringify(held.body))
  const [waiting] = await mattersOf('advisoryUnpublished', server)
  assert.deepEqual([waiting?.by, waiting?.severity, waiting?.facts.state], [until, 'note', 'held'])
  day(10)
  const [over] = await mattersOf('advisoryUnpublished', server)
  assert.deepEqual([over?.severity, over?.facts.isHoldOver], ['soon', true])
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  assert.deepEqual(await mattersOf('advisoryUnpublished', viewer), [])
})

test('the end of support is told a year before, and half a year after it is over no more', async (t) => {
  const { server, day } = await site(t)
  const supportPeriod = {
    ...{ starts: '2021-01-01', ends: '2027-10', expectedUseMonths: 60, reasoning: 'As used' },
  }
  const path = `/products/${PRODUCT}/facts`
  const facts = { ...wholeFacts(), supportPeriod }
  const set = await server.call('POST', path, facts, { 'if-match': '"0"' })
  assert.equal(set.status, 200, JSON.stringify(set.body))
  const [ending] = await mattersOf('supportEnding', server)
  assert.deepEqual(ending, {
    ...{ kind: 'supportEnding', severity: 'note', product: PRODUCT, subject: {} },
    ...{ since: Date.UTC(2026, 10, 1) / 1000, by: Date.UTC(2027, 10, 1) / 1000 },
    facts: { ends: '2027-10', monthsBefore: 12 },
  })
  day(330)
  const [near] = await mattersOf('supportEnding', server)
  assert.deepEqual([near?.severity, near?.facts.monthsBefore], ['soon', 1])
  day(400)
  assert.equal((await mattersOf('supportEnding', server))[0]?.facts.monthsBefore, 0)
  day(600)
  assert.deepEqual(await mattersOf('supportEnding', server), [])
})
