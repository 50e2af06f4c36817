/** The facts of a product over the API, on both engines: versions, who may what, what is refused, and its end of support. CRA P-006, P-020, P-022 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { SupportClock } from '../../src/product-facts/support-clock.ts'
import { file, PRODUCT as SIGNED } from '../support/desk.ts'
import type { Ending } from '../support/edge-under-test.ts'
import { eachEngine } from '../support/engines.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const PRODUCT = 'lumen'
const PATH = `/products/${PRODUCT}/facts`
const seen = (revision: number | string) => ({ 'if-match': `"${revision}"` })
type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]

async function serving(t: Ending) {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  return server
}

test('facts are written in versions, and none of them is lost', async (t) => {
  const server = await serving(t)
  const none = await server.call('GET', PATH)
  assert.deepEqual([none.status, none.body], [200, { version: 0, facts: {} }])
  assert.equal(none.headers.get('etag'), '"0"')

  const first = await server.call('POST', PATH, { name: 'Lumen' }, seen(0))
  assert.deepEqual([first.status, first.body.version, first.body.by], [200, 1, 'machine'])
  const second = await server.call('POST', PATH, wholeFacts(), seen(1))
  assert.equal(second.status, 200)
  assert.deepEqual((await server.call('GET', PATH)).body.facts, wholeFacts())

  const history = await server.call('GET', `${PATH}/versions?limit=1`)
  assert.deepEqual(
    history.body.map(({ version }: { version: number }) => version),
    [2],
  )
  assert.match(history.headers.get('link') ?? '', /limit=1&after=2/)
  const older = await server.call('GET', `${PATH}/versions?limit=1&after=2`)
  assert.deepEqual(older.body[0].facts, { name: 'Lumen' })
  assert.deepEqual((await server.call('GET', `${PATH}/versions/1`)).body.facts, { name: 'Lumen' })
  assert.deepEqual(said(await server.call('GET', `${PATH}/versions/3`)), [404, 'NO_SUCH_VERSION'])

  const { body: entries } = await server.call('GET', '/audit?action=product.facts-set')
  assert.equal(entries.length, 2)
  const [newest] = entries
  assert.deepEqual([newest.before.version, newest.after.version], [1, 2])
  assert.equal(newest.before.facts.name, 'Lumen')
  assert.equal(newest.after.facts.name, 'Lumen Gateway G1')
})

test('who saw an older version changes nothing', async (t) => {
  const server = await serving(t)
  await server.call('POST', PATH, { name: 'Lumen' }, seen(0))
  assert.deepEqual(said(await server.call('POST', PATH, { name: 'x' })), [428, 'IF_MATCH_MISSING'])
  const late = await server.call('POST', PATH, { name: 'x' }, seen(0))
  assert.deepEqual(said(late), [412, 'REVISION_CHANGED'])
  const both = await Promise.all([
    server.call('POST', PATH, { name: 'one' }, seen(1)),
    server.call('POST', PATH, { name: 'two' }, seen(1)),
  ])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 412])
  assert.equal((await server.call('GET', PATH)).body.version, 2)
})

test('viewers read the facts and their gaps, and only administrators write them', async (t) => {
  const server = await serving(t)
  await server.call('POST', '/products', { id: 'other' })
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  const keeper = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  for (const path of [PATH, `${PATH}/gaps`, `${PATH}/versions`]) {
    assert.equal((await viewer.call('GET', path)).status, 200, path)
  }
  for (const caller of [viewer, keeper]) {
    const answer = await caller.call('POST', PATH, { name: 'x' }, seen(0))
    assert.deepEqual(said(answer), [403, 'NOT_PERMITTED'])
  }
  assert.deepEqual(said(await viewer.call('GET', '/products/other/facts')), [
    404,
    'NO_SUCH_PRODUCT',
  ])
})

const support = (more: object) => ({
  ...{ starts: '2026-03-01', ends: '2031-02', expectedUseMonths: 96, reasoning: 'so it is' },
  ...more,
})
for (const [code, facts, shown] of [
  [
    'SUPPORT_PERIOD_TOO_SHORT',
    { supportPeriod: support({ ends: '2029-02' }) },
    { atLeast: '2031-02' },
  ],
  [
    'CATEGORY_MISMATCH',
    { classification: { class: 'critical', category: 'III-I-1' } },
    { class: 'critical' },
  ],
  ['UPDATE_POLICY_UNJUSTIFIED', { updatePolicy: { automatic: false } }, {}],
] as const) {
  test(`facts that the law does not allow are refused and not kept: ${code}`, async (t) => {
    const server = await serving(t)
    const answer = await server.call('POST', PATH, facts, seen(0))
    assert.deepEqual(said(answer), [422, code])
    for (const [name, value] of Object.entries(shown)) assert.equal(answer.body.facts[name], value)
    assert.equal((await server.call('GET', PATH)).body.version, 0)
  })
}

test('the gaps say what is missing until everything is there', async (t) => {
  const server = await serving(t)
  const before = (await server.call('GET', `${PATH}/gaps`)).body
  assert.equal(before.isComplete, false)
  assert.deepEqual(before.sheets[0].items[1].missing, [
    ...['singlePointOfContact.address', 'singlePointOfContact.policyUrl'],
  ])
  await server.call('POST', PATH, wholeFacts(), seen(0))
  const { body } = await server.call('GET', `${PATH}/gaps`)
  assert.equal(body.sheets[0].isComplete, true)
  // Nothing was published and no risk was looked at yet: that nobody can write by hand.
  assert.deepEqual([body.isComplete, body.sheets[2].isComplete], [false, false])
})

test('an end of support that devices show otherwise, in signed factory settings, is a gap', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const path = `/products/${SIGNED}/facts`
  await server.call('POST', path, { supportPeriod: support({}) }, seen(0))
  const mismatches = async () => (await server.call('GET', `${path}/gaps`)).body.mismatches
  const sign = async (version: number, text: string) => {
    const files = [file('trust/factory-settings.json', new TextEncoder().encode(text))]
    await server.upload('targets', desk.targetsMetadata(version, files))
    await server.uploadFiles(files)
  }
  assert.deepEqual(await mismatches(), [])
  await sign(2, '{"supportEndsOn":"2030-01"}')
  assert.deepEqual(await mismatches(), [
    { fact: 'supportPeriod.ends', written: '2031-02', signed: '2030-01' },
  ])
  await sign(3, '{"supportEndsOn":"2031-02"}')
  assert.deepEqual(await mismatches(), [])
  // Devices refuse it, and show no month.
  await sign(4, '{"supportEndsOn":"soon"}')
  assert.deepEqual(await mismatches(), [])
})

test('the end of support is told once at each of its times, also by a server that was away', async (t) => {
  const server = await serving(t)
  await server.call('POST', PATH, { supportPeriod: support({}) }, seen(0))
  const told = async () => {
    await server.keepBooks()
    const rows = await server.edge?.database
      .selectFrom('events')
      .select(['data', 'product'])
      .where('type', '=', 'product.support-ending')
      .orderBy('position')
      .execute()
    return rows?.map(({ data }) => JSON.parse(data).monthsBefore)
  }
  server.clock.at = new Date('2030-02-28T23:59:59Z')
  assert.deepEqual(await told(), [])
  server.clock.at = new Date('2030-03-01T00:00:00Z')
  assert.deepEqual(await told(), [12])
  assert.deepEqual(await told(), [12])
  await server.stop()
  server.clock.at = new Date('2031-02-01T00:00:00Z')
  await server.start()
  assert.deepEqual(await told(), [12, 6, 1])
  server.clock.at = new Date('2031-03-01T00:00:00Z')
  await server.stop()
  await server.start()
  assert.deepEqual(await told(), [12, 6, 1, 0])
  assert.deepEqual(await told(), [12, 6, 1, 0])
  assert.equal((await server.call('GET', `${PATH}/gaps`)).body.isSupportOver, true)
})

test('of an end of support that is written down late only the nearest notice is told', async (t) => {
  const server = await serving(t)
  server.clock.at = new Date('2030-10-15T00:00:00Z')
  await server.call('POST', PATH, { supportPeriod: support({}) }, seen(0))
  await server.keepBooks()
  // A later version with the same end does not tell it again, and none is lost by it.
  await server.call('POST', PATH, { name: 'x', supportPeriod: support({}) }, seen(1))
  await server.keepBooks()
  const { body } = await server.call('GET', `${PATH}/gaps`)
  assert.equal(body.isSupportOver, false)
  const rows = await server.edge?.database
    .selectFrom('events')
    .select('data')
    .where('type', '=', 'product.support-ending')
    .execute()
  assert.deepEqual(
    rows?.map(({ data }) => JSON.parse(data)),
    [{ supportEndsOn: '2031-02', endsAt: Date.UTC(2031, 2, 1) / 1000, monthsBefore: 6 }],
  )
})

eachEngine('every version of the facts stays, and a version is written once', async (database) => {
  const { facts, products } = sqlStores(database)
  await products.add({ id: PRODUCT, createdAt: 1 })
  assert.equal(await facts.latest(PRODUCT), undefined)
  const of = (version: number) => ({
    version,
    at: version,
    by: 'a',
    facts: { name: `v${version}` },
  })
  for (let version = 1; version <= 12; version += 1) {
    assert.equal(await facts.add(PRODUCT, of(version)), true)
  }
  assert.equal(await facts.add(PRODUCT, { ...of(3), facts: { name: 'other' } }), false)
  assert.deepEqual(await facts.find(PRODUCT, 3), of(3))
  assert.deepEqual(await facts.latest(PRODUCT), of(12))
  const page = await facts.list(PRODUCT, { before: 11, limit: 2 })
  assert.deepEqual(page, [of(10), of(9)])
  assert.equal(await facts.latest('other'), undefined)
})

eachEngine(
  'two servers that look at once tell the end of support once, and one that follows not at all',
  async (database) => {
    const stores = sqlStores(database)
    await stores.products.add({ id: PRODUCT, createdAt: 1 })
    const facts = { supportPeriod: support({}) }
    await stores.facts.add(PRODUCT, { version: 1, at: 1, by: 'a', facts })
    const clock = { now: () => new Date('2030-03-02T00:00:00Z') }
    const one = () =>
      new SupportClock({ database: stores, instances: { leads: () => true }, clock })
    await new SupportClock({ database: stores, instances: { leads: () => false }, clock }).tick()
    assert.equal(await stores.events.order(), 0)
    await Promise.all([one().tick(), one().tick()])
    await stores.events.order()
    const events = await stores.events.after(0, 10)
    assert.deepEqual(
      events.map(({ type, product }) => [type, product]),
      [['product.support-ending', PRODUCT]],
    )
  },
)
