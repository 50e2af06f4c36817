/** The risks of a product over the API, on both engines. CRA P-010, P-015, P-017, P-032 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { Ending } from '../support/edge-under-test.ts'
import { eachEngine } from '../support/engines.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { aRisk, wholeFacts } from '../support/whole-facts.ts'

const PRODUCT = 'lumen'
const RISKS = `/products/${PRODUCT}/risks`
const REVIEWS = `/products/${PRODUCT}/risk-assessments`
const STATUS = `/products/${PRODUCT}/risk-status`
const review = { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' }
type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]

async function serving(t: Ending) {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  return server
}

test('a risk is added, changed and removed, each with who and what in the audit log', async (t) => {
  const server = await serving(t)
  const added = await server.call('POST', RISKS, aRisk('rollback'))
  assert.deepEqual([added.status, added.body.level, added.body.revision], [201, 'high', 1])
  assert.deepEqual(said(await server.call('POST', RISKS, aRisk('rollback'))), [409, 'RISK_EXISTS'])

  const path = `${RISKS}/rollback`
  const seen = { 'if-match': added.headers.get('etag') ?? '' }
  const changed = await server.call('PATCH', path, { impact: 'low', safetyImpact: 'none' }, seen)
  assert.deepEqual([changed.status, changed.body.level, changed.body.revision], [200, 'low', 2])
  assert.equal(changed.body.asset, 'firmware')
  assert.deepEqual(said(await server.call('PATCH', path, { owner: 'x' }, seen)), [
    412,
    'REVISION_CHANGED',
  ])
  assert.deepEqual(said(await server.call('DELETE', path, undefined, seen)), [
    412,
    'REVISION_CHANGED',
  ])
  const now = { 'if-match': changed.headers.get('etag') ?? '' }
  assert.equal((await server.call('DELETE', path, undefined, now)).status, 204)
  assert.deepEqual(said(await server.call('GET', path)), [404, 'NO_SUCH_RISK'])

  const { body: entries } = await server.call('GET', '/audit?limit=10')
  const of = entries.filter(({ subject }: { subject: string }) => subject === 'risk/rollback')
  assert.deepEqual(
    of.map(({ action }: { action: string }) => action),
    ['risk.removed', 'risk.changed', 'risk.added'],
  )
  assert.deepEqual([of[1].before.impact, of[1].after.impact], ['high', 'low'])
})

test('a review keeps the risks as they were, whatever becomes of them', async (t) => {
  const server = await serving(t)
  assert.deepEqual(said(await server.call('POST', REVIEWS, review)), [422, 'NOTHING_TO_REVIEW'])
  await server.call('POST', RISKS, aRisk('rollback'))
  const past = { ...review, nextReviewOn: '2026-11-20' }
  assert.deepEqual(said(await server.call('POST', REVIEWS, past)), [422, 'REVIEW_DATE_PAST'])
  const first = await server.call('POST', REVIEWS, review)
  assert.deepEqual([first.status, first.body.version, first.body.riskCount], [201, 1, 1])
  const { body: fresh } = await server.call('GET', STATUS)
  assert.deepEqual([fresh.isOverdue, fresh.isChangedSince, fresh.assessment], [false, false, 1])

  await server.call('PATCH', `${RISKS}/rollback`, { residual: 'high' })
  assert.equal((await server.call('GET', STATUS)).body.isChangedSince, true)
  await server.call('POST', REVIEWS, { ...review, note: 'after the change' })
  const { body: old } = await server.call('GET', `${REVIEWS}/1`)
  assert.deepEqual([old.risks[0].residual, old.risks[0].level], ['low', 'high'])
  const { body: heads } = await server.call('GET', REVIEWS)
  assert.deepEqual(
    heads.map(({ version, note }: { version: number; note: string }) => [version, note]),
    [
      [2, 'after the change'],
      [1, ''],
    ],
  )
  assert.deepEqual(said(await server.call('GET', `${REVIEWS}/3`)), [404, 'NO_SUCH_VERSION'])

  server.clock.at = new Date('2027-11-22T00:00:00Z')
  assert.equal((await server.call('GET', STATUS)).body.isOverdue, true)
  assert.equal((await server.call('GET', `${REVIEWS}?limit=1`)).body[0].isOverdue, true)
})

test('a review that is overdue is told once, and again after the next one', async (t) => {
  const server = await serving(t)
  const told = async () => {
    await server.keepBooks()
    const rows = await server.edge?.database
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'product.review-overdue')
      .orderBy('position')
      .execute()
    return rows?.map(({ data }) => JSON.parse(data).assessment)
  }
  await server.call('POST', RISKS, aRisk('rollback'))
  await server.call('POST', REVIEWS, review)
  server.clock.at = new Date('2027-11-21T23:59:59Z')
  assert.deepEqual(await told(), [])
  server.clock.at = new Date('2027-11-22T00:00:00Z')
  assert.deepEqual(await told(), [1])
  await server.stop()
  await server.start()
  assert.deepEqual(await told(), [1])
  await server.call('POST', REVIEWS, { ...review, nextReviewOn: '2028-11-21' })
  assert.deepEqual(await told(), [1])
  server.clock.at = new Date('2028-11-22T00:00:00Z')
  assert.deepEqual(await told(), [1, 2])
})

test('the gaps of the product name a high risk without evidence, and a review that is due', async (t) => {
  const server = await serving(t)
  const facts = `/products/${PRODUCT}/facts`
  await server.call('POST', facts, wholeFacts(), { 'if-match': '"0"' })
  const missing = async () => {
    const { body } = await server.call('GET', `${facts}/gaps`)
    const [item] = body.sheets[2].items.filter(({ number }: { number: string }) => number === '3')
    return item.missing.length
  }
  assert.equal(await missing(), 2)
  await server.call('POST', RISKS, aRisk('rollback', { tests: [] }))
  await server.call('POST', REVIEWS, review)
  assert.equal(await missing(), 1)
  await server.call('PATCH', `${RISKS}/rollback`, { evidence: ['https://lumen.example/pentest'] })
  // Proved, and changed since the review.
  assert.equal(await missing(), 1)
  await server.call('POST', REVIEWS, review)
  assert.equal(await missing(), 0)
  server.clock.at = new Date('2027-11-22T00:00:00Z')
  assert.equal(await missing(), 1)
})

test('viewers read risks and only administrators write them', async (t) => {
  const server = await serving(t)
  await server.call('POST', RISKS, aRisk('rollback'))
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  for (const path of [RISKS, `${RISKS}/rollback`, REVIEWS, STATUS]) {
    assert.equal((await viewer.call('GET', path)).status, 200, path)
  }
  const seen = { 'if-match': '*' }
  for (const answer of [
    await viewer.call('POST', RISKS, aRisk('other')),
    await viewer.call('PATCH', `${RISKS}/rollback`, { residual: 'low' }, seen),
    await viewer.call('DELETE', `${RISKS}/rollback`, undefined, seen),
    await viewer.call('POST', REVIEWS, review),
  ]) {
    assert.deepEqual(said(answer), [403, 'NOT_PERMITTED'])
  }
})

for (const [what, wrong] of [
  ['an actor that nobody knows', { actor: 'wizard' }],
  ['a category that is none of STRIDE', { stride: 'theft' }],
  ['a script as evidence', { evidence: ['javascript:alert(1)'] }],
  ['no owner', { owner: ' ' }],
] as const) {
  test(`a risk is refused: ${what}`, async (t) => {
    const server = await serving(t)
    const answer = await server.call('POST', RISKS, { ...aRisk('r'), ...wrong })
    assert.deepEqual(said(answer), [400, 'REQUEST_INVALID'])
  })
}

eachEngine(
  'risks and their assessments are kept, and no version is written twice',
  async (database) => {
    const { risks, products } = sqlStores(database)
    await products.add({ id: PRODUCT, createdAt: 1 })
    const risk = (id: string, revision = 1) => ({
      ...aRisk(id),
      revision,
      changedAt: 5,
      changedBy: 'a',
    })
    for (const id of ['c', 'a', 'b']) assert.equal(await risks.add(PRODUCT, risk(id)), true)
    assert.equal(await risks.add(PRODUCT, risk('a', 9)), false)
    assert.equal(await risks.replace(PRODUCT, 2, risk('a', 3)), false)
    assert.equal(await risks.replace(PRODUCT, 1, risk('a', 2)), true)
    assert.deepEqual(await risks.find(PRODUCT, 'a'), risk('a', 2))
    const page = await risks.list(PRODUCT, { after: 'a', limit: 1 })
    assert.deepEqual(page, [risk('b')])
    const all = await risks.all(PRODUCT)
    const of = (version: number) => ({
      ...{ version, at: 7, by: 'a', reviewer: 'r', nextReviewOn: '2027-01-01', note: '' },
      ...{ riskCount: 3, risks: all },
    })
    assert.equal(await risks.addAssessment(PRODUCT, of(1)), true)
    assert.equal(await risks.addAssessment(PRODUCT, of(1)), false)
    assert.equal(await risks.addAssessment(PRODUCT, of(2)), true)
    assert.equal(await risks.remove(PRODUCT, 'a'), true)
    assert.equal(await risks.remove(PRODUCT, 'a'), false)
    assert.deepEqual(await risks.latestAssessment(PRODUCT), of(2))
    assert.deepEqual(await risks.findAssessment(PRODUCT, 1), of(1))
    const { risks: _risks, ...head } = of(1)
    assert.deepEqual(await risks.assessments(PRODUCT, { before: 2, limit: 5 }), [head])
  },
)
