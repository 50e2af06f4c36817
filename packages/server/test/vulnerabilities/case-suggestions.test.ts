/** What looks like an incident becomes a case only when a person takes it up. CRA P-004 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaseDesk, HOUR, START, said } from '../support/case-desk.ts'
import { PRODUCT } from '../support/desk.ts'
import { signedIn, storesOf } from '../support/people.ts'

async function suggested(desk: CaseDesk): Promise<string> {
  const id = '1f3a5c7e9b1d2468'
  await storesOf(desk.server).caseSuggestions.add({
    ...{ id, product: PRODUCT, sign: 'rejected-signatures', state: 'open', revision: 1 },
    ...{ firstAt: START - HOUR, lastAt: START },
    facts: { devices: 2, reports: 7, refusals: { THRESHOLD_NOT_MET: 7 }, examples: ['a', 'b'] },
    ...{ reason: undefined, decidedAt: undefined, decidedBy: undefined, caseId: undefined },
  })
  return `/case-suggestions/${id}`
}

test('a suggestion has no clock; taken up it is an incident that holds its facts and the answers', async (t) => {
  const desk = await CaseDesk.open(t)
  const path = await suggested(desk)
  const listed = await desk.officer.call('GET', '/case-suggestions?state=open')
  assert.equal(listed.body.length, 1)
  assert.equal((await desk.officer.call('GET', path)).body.facts.reports, 7)
  assert.deepEqual((await desk.officer.call('GET', '/cases')).body, [])
  const answers = { codeCapable: { answer: 'yes', reason: 'It is the update channel' } }
  const body = { title: 'Forged updates', answers }
  const take = (headers: Record<string, string>) =>
    desk.officer.call('POST', `${path}/take-up`, body, headers)
  assert.deepEqual(said(await take({})), [428, 'IF_MATCH_MISSING'])
  assert.deepEqual(said(await take({ 'if-match': '"7"' })), [412, 'REVISION_CHANGED'])
  assert.deepEqual((await desk.officer.call('GET', '/cases')).body, [])
  const taken = await take({ 'if-match': '"1"' })
  assert.equal(taken.status, 201, JSON.stringify(taken.body))
  assert.deepEqual([taken.body.kind, taken.body.firstSignalAt], ['incident', START - HOUR])
  assert.deepEqual([taken.body.severity.severe, taken.body.isReportable], ['yes', false])
  assert.match(taken.body.events[1].facts.text, /THRESHOLD_NOT_MET/)
  for (const { state } of taken.body.clocks) assert.equal(state, 'notStarted')
  const { body: after } = await desk.officer.call('GET', path)
  assert.deepEqual([after.state, after.caseId], ['taken-up', taken.body.id])
  assert.deepEqual(said(await take({ 'if-match': '*' })), [409, 'SUGGESTION_DECIDED'])
  assert.equal((await desk.officer.call('GET', '/cases')).body.length, 1)
})

test('a suggestion is dismissed with a reason, by who manages cases there', async (t) => {
  const desk = await CaseDesk.open(t)
  const path = await suggested(desk)
  const any = { 'if-match': '*' }
  const none = await desk.officer.call('POST', `${path}/dismiss`, { reason: ' ' }, any)
  assert.deepEqual(said(none), [400, 'REQUEST_INVALID'])
  const auditor = await signedIn(desk.server, [{ role: 'auditor', product: PRODUCT }])
  assert.equal((await auditor.call('GET', path)).status, 200)
  const reason = 'A proxy of one customer'
  const refused = await auditor.call('POST', `${path}/dismiss`, { reason }, any)
  assert.deepEqual(said(refused), [403, 'NOT_PERMITTED'])
  const stranger = await signedIn(desk.server, [{ role: 'securityOfficer', product: 'other' }])
  assert.deepEqual(said(await stranger.call('GET', path)), [404, 'NO_SUCH_SUGGESTION'])
  assert.deepEqual((await stranger.call('GET', '/case-suggestions')).body, [])
  const done = await desk.officer.call('POST', `${path}/dismiss`, { reason }, any)
  assert.deepEqual([done.body.state, done.body.reason], ['dismissed', reason])
  assert.equal(done.body.decidedBy, desk.officer.account.id)
})
