/**
 * Cases of Article 14 as the people of the house meet them: the real API, and a clock that the test sets. What the law
 * makes of events is tried in the core. CRA P-004
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../../src/accounts/permission.ts'
import { rightsOf } from '../../src/accounts/rights.ts'
import { mayHear } from '../../src/events/who-hears.ts'
import {
  aware,
  CaseDesk,
  clockOf,
  exploited,
  HOUR,
  START,
  said,
  submitted,
  VULNERABILITY,
} from '../support/case-desk.ts'
import { PRODUCT } from '../support/desk.ts'
import { signedIn } from '../support/people.ts'

test('a case runs from its first event to its end, and its clocks count from what is recorded', async (t) => {
  const desk = await CaseDesk.open(t)
  const id = await desk.case({ ...VULNERABILITY, firstSignalAt: START - HOUR })
  const opened = await desk.show(id)
  assert.deepEqual([opened.isReportable, opened.dueAt, opened.revision], [false, undefined, 1])
  for (const clock of opened.clocks) {
    assert.equal(clock.state, 'notStarted')
    assert.match(clock.waitsFor, /recorded/)
  }
  await desk.at(2 * HOUR)
  await desk.acts(id, exploited)
  const known = await desk.acts(id, aware(START + HOUR))
  assert.deepEqual(clockOf(known, 'earlyWarning'), {
    ...{ stage: 'earlyWarning', anchor: 'awareness', anchorAt: START + HOUR },
    ...{ dueAt: START + 25 * HOUR, latestReadingAt: START + 26 * HOUR },
    ...{ state: 'running', lateBySeconds: 0 },
  })
  assert.equal(known.dueAt, START + 25 * HOUR)
  assert.equal(clockOf(known, 'finalReport').state, 'notStarted')
  assert.match(clockOf(known, 'finalReport').waitsFor, /measure/)
  await desk.at(26 * HOUR)
  const late = await desk.show(id)
  assert.deepEqual(clockOf(late, 'earlyWarning').state, 'overdue')
  assert.equal(clockOf(late, 'earlyWarning').lateBySeconds, HOUR)
  const warned = await desk.acts(id, submitted('earlyWarning', START + 25 * HOUR))
  assert.equal(clockOf(warned, 'earlyWarning').state, 'submitted')
  assert.equal(warned.dueAt, START + 73 * HOUR)
  await desk.at(48 * HOUR)
  await desk.acts(
    id,
    submitted('notification', START + 47 * HOUR),
    { type: 'measureAvailable', availableAt: START + 46 * HOUR, measure: 'Version 1.4.3' },
    { type: 'usersTold', audience: 'impacted', text: 'Install 1.4.3', channel: 'e-mail' },
    submitted('finalReport', START + 48 * HOUR),
  )
  const closed = await desk.acts(id, { type: 'closed', reason: 'All is reported' })
  assert.equal(closed.closedAt, START + 48 * HOUR)
  assert.equal(closed.dueAt, undefined)
  assert.deepEqual(
    closed.events.map(({ type }: { type: string }) => type),
    [
      ...['opened', 'exploitedMarked', 'awarenessSet', 'submitted', 'submitted'],
      ...['measureAvailable', 'usersTold', 'submitted', 'closed'],
    ],
  )
  const { id: by } = desk.officer.account
  for (const event of closed.events) assert.equal(event.by, by)
  const { body: entries } = await desk.server.call('GET', '/audit?action=case.recorded')
  assert.equal(entries.length, 8)
  assert.equal(entries[0].subject, `case/${id}`)
})

const IMPOSSIBLE: readonly (readonly [
  what: string,
  before: readonly object[],
  act: object,
  code: string,
])[] = [
  [
    'a submission of what nobody is aware of',
    [exploited],
    submitted('earlyWarning', START),
    'AWARENESS_MISSING',
  ],
  [
    'a submission of what is not reportable',
    [],
    submitted('earlyWarning', START),
    'NOT_REPORTABLE',
  ],
  [
    'a notification before the early warning',
    [exploited, aware(START)],
    submitted('notification', START),
    'STAGE_OUT_OF_ORDER',
  ],
  [
    'the same stage twice',
    [exploited, aware(START), submitted('earlyWarning', START)],
    submitted('earlyWarning', START),
    'ALREADY_RECORDED',
  ],
  [
    'a final report without a measure',
    [exploited, aware(START), submitted('earlyWarning', START), submitted('notification', START)],
    submitted('finalReport', START),
    'MEASURE_MISSING',
  ],
  ['a time that has not come', [exploited], aware(START + 1), 'TIME_IN_THE_FUTURE'],
  [
    'a submission before the awareness',
    [exploited, aware(START)],
    submitted('earlyWarning', START - 1),
    'TIME_IMPOSSIBLE',
  ],
  [
    'a vulnerability that is severe',
    [],
    { type: 'severeMarked', evidence: 'x' },
    'NOT_FOR_THIS_KIND',
  ],
  [
    'an answer on how severe a vulnerability is',
    [],
    { type: 'severityAnswered', question: 'codeLed', answer: 'yes', reason: 'x' },
    'NOT_FOR_THIS_KIND',
  ],
  [
    'a report that nobody asked for',
    [exploited, aware(START)],
    { type: 'intermediateSubmitted', request: 1, submittedAt: START, reference: 'x' },
    'NOT_REQUESTED',
  ],
  [
    'a correction of nothing',
    [],
    { type: 'corrected', correction: { of: 'awareAt', to: START }, reason: 'x' },
    'NOTHING_TO_CORRECT',
  ],
  [
    'an end while a report is owed',
    [exploited, aware(START)],
    { type: 'closed', reason: 'done' },
    'REPORT_OUTSTANDING',
  ],
  ['an act after the end', [{ type: 'closed', reason: 'no case' }], exploited, 'CASE_CLOSED'],
  [
    'fields after the end',
    [{ type: 'closed', reason: 'no case' }],
    { type: 'fieldsSet', values: { summary: 'x' } },
    'CASE_CLOSED',
  ],
  ['a time of its own in a real case', [], { type: 'noted', text: 'x', at: START }, 'NOT_A_DRILL'],
]

test('what cannot have happened is refused with its code, and changes nothing', async (t) => {
  const desk = await CaseDesk.open(t)
  for (const [what, before, act, code] of IMPOSSIBLE) {
    const id = await desk.case(VULNERABILITY)
    await desk.acts(id, ...before)
    const { revision } = await desk.show(id)
    assert.deepEqual(said(await desk.act(id, act)), [409, code], what)
    const after = await desk.show(id)
    assert.deepEqual([after.revision, after.events.length], [revision, before.length + 1], what)
  }
  const unknown = { ...VULNERABILITY, product: 'nothing' }
  assert.deepEqual(said(await desk.officer.call('POST', '/cases', unknown)), [
    404,
    'NO_SUCH_PRODUCT',
  ])
  const future = { ...VULNERABILITY, firstSignalAt: START + 1 }
  assert.deepEqual(said(await desk.officer.call('POST', '/cases', future)), [
    409,
    'TIME_IN_THE_FUTURE',
  ])
  const timed = { ...VULNERABILITY, at: START }
  assert.deepEqual(said(await desk.officer.call('POST', '/cases', timed)), [409, 'NOT_A_DRILL'])
})

test('notes, notices and corrections are possible after the end', async (t) => {
  const desk = await CaseDesk.open(t)
  const id = await desk.case(VULNERABILITY)
  await desk.acts(id, aware(START), { type: 'closed', reason: 'not exploited' })
  const corrected = await desk.acts(
    id,
    { type: 'noted', text: 'Looked at once more' },
    { type: 'corrected', correction: { of: 'awareAt', to: START - HOUR }, reason: 'Wrong day' },
  )
  assert.equal(corrected.awareAt, START - HOUR)
  assert.equal(corrected.events.length, 5)
  assert.equal(corrected.events[1].facts.awareAt, START)
})

test('who saw an older case changes nothing', async (t) => {
  const desk = await CaseDesk.open(t)
  const id = await desk.case(VULNERABILITY)
  const path = `/cases/${id}/events`
  const note = { type: 'noted', text: 'x' }
  assert.deepEqual(said(await desk.officer.call('POST', path, note)), [428, 'IF_MATCH_MISSING'])
  const seen = { 'if-match': '"1"' }
  const both = await Promise.all([
    desk.officer.call('POST', path, note, seen),
    desk.officer.call('POST', path, submitted('earlyWarning', START), seen),
    desk.officer.call('POST', path, note, seen),
  ])
  assert.equal(both.filter(({ status }) => status === 200).length, 1)
  const again = await desk.officer.call('POST', path, note, seen)
  assert.deepEqual(said(again), [412, 'REVISION_CHANGED'])
  assert.equal((await desk.show(id)).events.length, 2)
})

test('a viewer learns nothing of cases, and an auditor reads them', async (t) => {
  const desk = await CaseDesk.open(t)
  await desk.server.call('POST', '/products', { id: 'other' })
  const id = await desk.case(VULNERABILITY)
  const elsewhere = await desk.case({ ...VULNERABILITY, product: 'other' })
  for (const role of ['viewer', 'operator', 'releaseManager'] as const) {
    const caller = await signedIn(desk.server, [{ role, product: '*' }])
    for (const path of [
      '/cases',
      `/cases/${id}`,
      `/cases/${'0'.repeat(16)}`,
      '/case-suggestions',
    ]) {
      const answer = await caller.call('GET', path)
      assert.deepEqual(said(answer), [403, 'NOT_PERMITTED'], `${role} ${path}`)
    }
    assert.equal((await caller.call('POST', '/cases', VULNERABILITY)).status, 403)
  }
  const auditor = await signedIn(desk.server, [{ role: 'auditor', product: PRODUCT }])
  const listed = await auditor.call('GET', '/cases')
  assert.deepEqual(
    listed.body.map((one: { id: string }) => one.id),
    [id],
  )
  assert.equal((await auditor.call('GET', `/cases/${id}`)).status, 200)
  assert.deepEqual(said(await auditor.call('GET', `/cases/${elsewhere}`)), [404, 'NO_SUCH_CASE'])
  const note = { type: 'noted', text: 'x' }
  const refused = await auditor.call('POST', `/cases/${id}/events`, note, { 'if-match': '*' })
  assert.deepEqual(said(refused), [403, 'NOT_PERMITTED'])
  // Managed in one product, read in the other.
  const both = await signedIn(desk.server, [
    { role: 'securityOfficer', product: 'other' },
    { role: 'auditor', product: PRODUCT },
  ])
  const path = `/cases/${id}/events`
  assert.deepEqual(said(await both.call('POST', path, note, { 'if-match': '*' })), [
    404,
    'NO_SUCH_CASE',
  ])
  assert.deepEqual(said(await both.call('POST', '/cases', VULNERABILITY)), [404, 'NO_SUCH_PRODUCT'])
  for (const event of await desk.told()) {
    const hears = (role: Role) => mayHear(rightsOf([{ role, product: '*' }]), event)
    assert.deepEqual([hears('viewer'), hears('operator'), hears('auditor')], [false, false, true])
  }
})
