/** Standards, uses of data and upstream reports over the API. CRA P-008, P-077, P-103, P-019, P-149, P-150, P-154 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fleetwardData } from '../../src/law/data-inventory/fleetward-data.ts'
import type { Ending } from '../support/edge-under-test.ts'
import { aDataUse, anUpstreamReport, aStandard } from '../support/law-records.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { aRisk } from '../support/whole-facts.ts'

const PRODUCT = 'lumen'
const HERE = `/products/${PRODUCT}`
const seen = (revision: number) => ({ 'if-match': `"${revision}"` })
type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]
const idsIn = ({ body }: { body: readonly { id: string }[] }) => body.map(({ id }) => id)

async function serving(t: Ending) {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  await server.call('POST', `${HERE}/risks`, aRisk('firmware-rollback'))
  return server
}

for (const [path, one, change] of [
  ['standards', aStandard('one'), { edition: '2027' }],
  ['data-uses', aDataUse('one'), { retention: 'A month.' }],
  ['upstream-reports', anUpstreamReport('one'), { recipient: 'other@left-pad.example' }],
] as const) {
  test(`one of the ${path} is added, written anew and removed, and every revision stays`, async (t) => {
    const server = await serving(t)
    const all = `${HERE}/${path}`
    const added = await server.call('POST', all, one)
    assert.deepEqual([added.status, added.body.revision], [201, 1], JSON.stringify(added.body))
    assert.deepEqual(said(await server.call('POST', all, one)), [409, 'RECORD_EXISTS'])
    const { id: _, ...content } = one
    const anew = { ...content, ...change }
    const changed = await server.call('POST', `${all}/one`, anew, seen(1))
    assert.deepEqual([changed.status, changed.body.revision], [200, 2])
    assert.deepEqual({ ...changed.body, ...change }, changed.body)
    const late = await server.call('POST', `${all}/one`, anew, seen(1))
    assert.deepEqual(said(late), [412, 'REVISION_CHANGED'])
    const removed = await server.call('DELETE', `${all}/one`, undefined, seen(2))
    assert.equal(removed.status, 204)
    assert.deepEqual(said(await server.call('GET', `${all}/one`)), [404, 'NO_SUCH_RECORD'])
    const { body: revisions } = await server.call('GET', `${all}/one/revisions`)
    assert.deepEqual(
      revisions.map(({ revision, content: of }: { revision: number; content?: object }) => [
        revision,
        of !== undefined,
      ]),
      [
        [3, false],
        [2, true],
        [1, true],
      ],
    )
    const again = await server.call('POST', all, one)
    assert.deepEqual([again.status, again.body.revision], [201, 4])
    const { body: entries } = await server.call('GET', '/audit?limit=10')
    const acts = entries
      .filter(({ subject }: { subject: string }) => subject.endsWith('/one'))
      .filter(({ outcome }: { outcome: string }) => outcome === 'done')
      .map(({ action }: { action: string }) => action.split('.')[1])
    assert.deepEqual(acts, ['added', 'removed', 'changed', 'added'])
    const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
    assert.equal((await viewer.call('GET', all)).status, 200)
    assert.deepEqual(said(await viewer.call('POST', all, one)), [403, 'NOT_PERMITTED'])
  })
}

test('a standard that is superseded is a gap, of itself and of each requirement that nothing else covers', async (t) => {
  const server = await serving(t)
  const row = `${HERE}/requirements/II.5`
  const met = { applies: true, how: 'So.', evidence: { tests: ['t'] } }
  await server.call('POST', row, met, { 'if-match': '"0"' })
  const old = { ...aStandard('old'), supersededBy: 'EN 40000-1-3:2027', supersededOn: '2026-12-31' }
  await server.call('POST', `${HERE}/standards`, old)
  const gaps = async () => {
    const { body } = await server.call('GET', row)
    return [body.standards, body.gaps.map(({ gap }: { gap: string }) => gap)]
  }
  assert.deepEqual(await gaps(), [['old'], []])
  server.clock.at = new Date('2027-01-01T00:00:00Z')
  assert.deepEqual(await gaps(), [['old'], ['standard-superseded']])
  const listed = await server.call('GET', `${HERE}/standards?gaps=true`)
  assert.deepEqual(listed.body[0].gaps, ['superseded'])
  await server.call('POST', `${HERE}/standards`, { ...aStandard('new'), edition: '2027' })
  assert.deepEqual(await gaps(), [['new', 'old'], []])
  assert.deepEqual(idsIn(await server.call('GET', `${HERE}/standards?gaps=true`)), ['old'])
})

test('a standard in part says which parts, and one that is not cited gives no presumption', async (t) => {
  const server = await serving(t)
  const all = `${HERE}/standards`
  const part = { ...aStandard('part'), isAppliedInFull: false }
  assert.deepEqual(said(await server.call('POST', all, part)), [422, 'RECORD_CONTRADICTS'])
  const both = { ...aStandard('part'), partsApplied: 'Clause 5.' }
  assert.deepEqual(said(await server.call('POST', all, both)), [422, 'RECORD_CONTRADICTS'])
  const whole = { ...part, partsApplied: 'Clause 5.', isCited: false, covers: [] }
  const { body } = await server.call('POST', all, whole)
  assert.deepEqual(body.gaps, ['covers-nothing', 'not-cited'])
})

test('a report to a maintainer is overdue when it was not sent, or when nobody answered, until then', async (t) => {
  const server = await serving(t)
  const all = `${HERE}/upstream-reports`
  const planned = { component: 'pkg:npm/a', vulnerability: 'CVE-2026-2', state: 'planned' }
  assert.deepEqual(said(await server.call('POST', all, { ...planned, id: 'planned' })), [
    422,
    'RECORD_CONTRADICTS',
  ])
  await server.call('POST', all, { ...planned, id: 'planned', reportBy: '2026-11-25' })
  await server.call('POST', all, anUpstreamReport('sent'))
  const fixed = { ...anUpstreamReport('fixed'), state: 'fixed', answeredOn: '2026-11-21' }
  await server.call('POST', all, fixed)
  const overdue = async () => idsIn(await server.call('GET', `${all}?gaps=true`))
  server.clock.at = new Date('2026-11-25T23:59:59Z')
  assert.deepEqual(await overdue(), [])
  server.clock.at = new Date('2026-11-26T00:00:00Z')
  assert.deepEqual(await overdue(), ['planned'])
  server.clock.at = new Date('2026-12-21T00:00:00Z')
  assert.deepEqual(await overdue(), ['planned', 'sent'])
})

for (const [what, wrong] of [
  ['sent to nobody', { recipient: undefined }],
  ['with nothing shared', { text: undefined }],
  ['answered at no time', { state: 'acknowledged' }],
  ['not needed without a reason', { state: 'not-needed' }],
] as const) {
  test(`a report to a maintainer is refused: ${what}`, async (t) => {
    const server = await serving(t)
    const report = { ...anUpstreamReport('one'), ...wrong }
    const answer = await server.call('POST', `${HERE}/upstream-reports`, report)
    assert.deepEqual(said(answer), [422, 'RECORD_CONTRADICTS'])
  })
}

test('what a record names has to be there: a risk, a finding', async (t) => {
  const server = await serving(t)
  const use = { ...aDataUse('one'), risks: ['no-such-risk'] }
  assert.deepEqual(said(await server.call('POST', `${HERE}/data-uses`, use)), [
    422,
    'GROUND_UNKNOWN',
  ])
  const report = { ...anUpstreamReport('one'), finding: 'no-such-finding' }
  assert.deepEqual(said(await server.call('POST', `${HERE}/upstream-reports`, report)), [
    422,
    'GROUND_UNKNOWN',
  ])
})

test('the inventory has what Fleetward processes by its settings, and the gaps of what the product does', async (t) => {
  const server = await serving(t)
  const inventory = async () => (await server.call('GET', `${HERE}/data-inventory`)).body
  const before = await inventory()
  assert.deepEqual([before.productCount, before.isComplete], [0, false])
  const reports = before.fleetward.find(({ id }: { id: string }) => id === 'device-reports')
  assert.match(reports.retention, /^90 days;/)
  const { legalBasis: _, ...use } = aDataUse('one')
  await server.call('POST', `${HERE}/data-uses`, use)
  assert.deepEqual((await inventory()).gaps, [{ dataUse: 'one', gap: 'no-legal-basis' }])
  await server.call(
    'POST',
    `${HERE}/data-uses/one`,
    { ...use, id: undefined, legalBasis: 'contract' },
    seen(1),
  )
  assert.equal((await inventory()).isComplete, true)
  await server.call('DELETE', `${HERE}/risks/firmware-rollback`, undefined, { 'if-match': '*' })
  assert.deepEqual((await inventory()).gaps, [{ dataUse: 'one', gap: 'risk-gone' }])
})

test('each time that a setting says is in the inventory, and a hold says so', () => {
  const settings = {
    ...{ reportsDays: 11, commandsDays: 12, signInsDays: 31, eventsDays: 13, deliveriesDays: 14 },
    ...{ auditDays: 400, staysDays: 91, hold: false },
  }
  const text = (hold: boolean) => JSON.stringify(fleetwardData({ ...settings, hold }))
  for (const days of [11, 12, 31, 13, 14, 91, 400])
    assert.match(text(false), new RegExp(`${days} days`))
  assert.doesNotMatch(text(false), /on hold/)
  assert.match(text(true), /11 days by the settings; on hold/)
})
