/** The requirements of Annex I, row by row, on both engines. CRA P-009, P-033, P-035, P-139, P-164, P-168, P-169, P-170 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { REQUIREMENT_IDS } from '../../src/law/requirements/annex-1.ts'
import type { Ending } from '../support/edge-under-test.ts'
import { eachEngine } from '../support/engines.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { aRisk, wholeFacts } from '../support/whole-facts.ts'

const PRODUCT = 'lumen'
const ALL = `/products/${PRODUCT}/requirements`
const NEW = { 'if-match': '"0"' }
const met = { applies: true, how: 'By design.', evidence: { tests: ['test/ports'] } }
type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]
const gapsIn = ({ body }: { body: { gaps: { gap: string }[] } }) => body.gaps.map(({ gap }) => gap)

async function serving(t: Ending) {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  return server
}

test('there are 22 rows, all open at first, and the product is complete when each is answered', async (t) => {
  const server = await serving(t)
  const { body: before } = await server.call('GET', ALL)
  assert.equal(before.rows.length, 22)
  assert.equal(before.isComplete, false)
  assert.deepEqual(
    before.rows.flatMap(({ gaps }: { gaps: { gap: string }[] }) => gaps.map(({ gap }) => gap)),
    Array(22).fill('unanswered'),
  )
  assert.equal(before.rows[3].reference, 'Annex I, Part I (2)(c)')
  assert.match(before.rows[3].text, /clear and easy-to-use opt-out mechanism/)
  for (const id of REQUIREMENT_IDS) {
    const answer = await server.call('POST', `${ALL}/${id}`, met, NEW)
    assert.deepEqual([answer.status, answer.body.state, answer.body.revision], [200, 'met', 1], id)
  }
  const { body: after } = await server.call('GET', ALL)
  assert.deepEqual([after.isComplete, after.states], [true, { met: 22 }])
})

test('what does not apply needs a reason from the risk assessment (Art. 13(4))', async (t) => {
  const server = await serving(t)
  const path = `${ALL}/I.2.i`
  const refused = (answer: object) => server.call('POST', path, answer, NEW)
  const justification = 'It sends nothing by itself.'
  assert.deepEqual(said(await refused({ applies: false })), [422, 'REQUIREMENT_UNJUSTIFIED'])
  assert.deepEqual(said(await refused({ applies: false, justification })), [
    422,
    'REQUIREMENT_UNJUSTIFIED',
  ])
  const whole = { applies: false, justification, assessment: 1 }
  assert.deepEqual(said(await refused(whole)), [422, 'GROUND_UNKNOWN'])
  await server.call('POST', `/products/${PRODUCT}/risks`, aRisk('rollback'))
  const review = { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' }
  await server.call('POST', `/products/${PRODUCT}/risk-assessments`, review)
  const answered = await refused(whole)
  assert.deepEqual([answered.status, answered.body.state], [200, 'not-applicable'])
  assert.deepEqual(gapsIn(answered), [])
})

test('gaps of a row: not said how, no evidence, a risk that went, something still to be done', async (t) => {
  const server = await serving(t)
  const path = `${ALL}/I.2.j`
  const set = async (answer: object) =>
    gapsIn(await server.call('POST', path, answer, { 'if-match': '*' }))
  assert.deepEqual(await set({ applies: true }), ['not-said-how', 'no-evidence'])
  const risks = { risks: ['rollback'] }
  const unknown = { applies: true, how: 'So.', evidence: risks }
  assert.deepEqual(said(await server.call('POST', path, unknown, { 'if-match': '*' })), [
    422,
    'GROUND_UNKNOWN',
  ])
  await server.call('POST', `/products/${PRODUCT}/risks`, aRisk('rollback'))
  assert.deepEqual(await set(unknown), [])
  await server.call('DELETE', `/products/${PRODUCT}/risks/rollback`, undefined, { 'if-match': '*' })
  assert.deepEqual(gapsIn(await server.call('GET', path)), ['risk-gone'])
  const openPoints = [{ what: 'Close the serial console.', owner: 'A. Licht', due: '2026-12-01' }]
  assert.deepEqual(await set({ ...met, openPoints }), ['open-point'])
  server.clock.at = new Date('2026-12-02T00:00:00Z')
  assert.deepEqual(gapsIn(await server.call('GET', path)), ['open-point-overdue'])
})

test('what Fleetward does is suggested from live settings, counts once accepted, and is a gap when it changes', async (t) => {
  const server = await serving(t)
  const path = `${ALL}/I.2.c`
  assert.equal((await server.call('GET', path)).body.suggestion, undefined)
  assert.deepEqual(said(await server.call('POST', `${path}/acceptance`, {}, NEW)), [
    409,
    'NOTHING_SUGGESTED',
  ])
  const facts = `/products/${PRODUCT}/facts`
  await server.call('POST', facts, wholeFacts(), { 'if-match': '"0"' })
  const suggested = await server.call('GET', path)
  assert.equal(suggested.body.state, 'suggested')
  assert.match(suggested.body.suggestion, /install by themselves by default/)
  assert.deepEqual(gapsIn(suggested), ['unanswered'])

  const accepted = await server.call('POST', `${path}/acceptance`, {}, NEW)
  assert.deepEqual([accepted.body.isSuggested, accepted.body.state], [true, 'open'])
  assert.equal(accepted.body.answer.how, suggested.body.suggestion)
  assert.deepEqual(gapsIn(accepted), ['no-evidence'])

  const manual = { automatic: false, because: 'Installed by trained people alone.' }
  const changed = { ...wholeFacts(), updatePolicy: manual }
  await server.call('POST', facts, changed, { 'if-match': '*' })
  const now = await server.call('GET', path)
  assert.match(now.body.suggestion, /trained people alone/)
  assert.deepEqual(gapsIn(now), ['no-evidence', 'suggestion-changed'])
  const own = await server.call('POST', path, met, { 'if-match': '"1"' })
  assert.deepEqual([own.body.isSuggested, own.body.state], [false, 'met'])
})

test('every answer stays, with who and when, and the audit log has both', async (t) => {
  const server = await serving(t)
  const path = `${ALL}/II.3`
  await server.call('POST', path, met, NEW)
  assert.deepEqual(said(await server.call('POST', path, met, NEW)), [412, 'REVISION_CHANGED'])
  assert.deepEqual(said(await server.call('POST', path, met)), [428, 'IF_MATCH_MISSING'])
  await server.call('POST', path, { ...met, how: 'Twice a year.' }, { 'if-match': '"1"' })
  const { body } = await server.call('GET', `${path}/revisions`)
  assert.deepEqual(
    body.map(({ revision, answer }: { revision: number; answer: { how: string } }) => [
      revision,
      answer.how,
    ]),
    [
      [2, 'Twice a year.'],
      [1, 'By design.'],
    ],
  )
  const { body: entries } = await server.call('GET', '/audit?limit=10')
  const of = entries.filter(({ subject }: { subject: string }) => subject === 'requirement/II.3')
  assert.deepEqual(
    of.map(({ action }: { action: string }) => action),
    ['requirement.changed', 'requirement.added'],
  )
  assert.deepEqual([of[0].before.how, of[0].after.how], ['By design.', 'Twice a year.'])
})

test('viewers read the rows and only administrators answer them', async (t) => {
  const server = await serving(t)
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  assert.equal((await viewer.call('GET', ALL)).status, 200)
  for (const path of [`${ALL}/I.1`, `${ALL}/I.1/acceptance`]) {
    assert.deepEqual(said(await viewer.call('POST', path, met, NEW)), [403, 'NOT_PERMITTED'])
  }
})

for (const [what, wrong] of [
  ['a script as evidence', { evidence: { addresses: ['javascript:alert(1)'] } }],
  ['a digest that is none', { evidence: { files: ['abc'] } }],
  ['a field of ours', { isSuggested: true }],
  ['control characters', { how: 'a\u001b[2J' }],
] as const) {
  test(`an answer is refused: ${what}`, async (t) => {
    const server = await serving(t)
    const answer = await server.call('POST', `${ALL}/I.1`, { ...met, ...wrong }, NEW)
    assert.deepEqual(said(answer), [400, 'REQUEST_INVALID'])
  })
}

eachEngine(
  'records of a product keep every revision, and what is removed is gone',
  async (database) => {
    const { records, products } = sqlStores(database)
    for (const id of [PRODUCT, 'other']) await products.add({ id, createdAt: 1 })
    const content = { isPublic: true, facts: 1, language: 'en' }
    const revision = (id: string, number: number, of: typeof content | undefined = content) => ({
      ...{ id, revision: number, at: 5, by: 'a', content: of },
    })
    const kind = 'information'
    for (const id of ['c', 'a', 'b']) {
      assert.equal(await records.add(PRODUCT, kind, revision(id, 1)), true)
    }
    assert.equal(
      await records.add(PRODUCT, kind, revision('a', 1, { ...content, facts: 9 })),
      false,
    )
    const second = revision('a', 2, { ...content, facts: 2 })
    assert.equal(await records.add(PRODUCT, kind, second), true)
    assert.deepEqual(await records.find(PRODUCT, kind, 'a'), second)
    assert.equal(await records.find('other', kind, 'a'), undefined)
    assert.equal(await records.find(PRODUCT, 'standard', 'a'), undefined)
    const page = await records.list(PRODUCT, kind, { after: 'a', limit: 1 })
    assert.deepEqual(page, [revision('b', 1)])
    const removed = { ...revision('a', 3), content: undefined }
    assert.equal(await records.add(PRODUCT, kind, removed), true)
    assert.equal(await records.find(PRODUCT, kind, 'a'), undefined)
    assert.equal(await records.count(PRODUCT, kind), 2)
    assert.deepEqual(await records.revisions(PRODUCT, kind, 'a', { before: 3, limit: 5 }), [
      second,
      revision('a', 1),
    ])
    assert.deepEqual(await records.revisions(PRODUCT, kind, 'a', { limit: 1 }), [removed])
    assert.equal(await records.add(PRODUCT, kind, revision('a', 4)), true)
    assert.equal((await records.find(PRODUCT, kind, 'a'))?.revision, 4)
  },
)

test('a requirement that the law does not have is answered with those that it has', async (t) => {
  const server = await serving(t)
  const { status, body } = await server.call('GET', `${ALL}/I.9`)
  assert.deepEqual([status, body.code], [400, 'REQUEST_INVALID'])
  assert.equal(
    body.title,
    'requirement: There is no such requirement of Annex I: they are I.1, I.2.a to I.2.m, II.1 to II.8',
  )
})
