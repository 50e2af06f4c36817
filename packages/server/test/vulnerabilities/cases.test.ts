/**
 * Cases of Article 14 as the people of the house meet them: the real API, and a clock that the test sets. What the law
 * makes of events is tried in the core. CRA P-004
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestCatalogue } from '@fleetward/vulnerability'
import type { Role } from '../../src/accounts/permission.ts'
import { rightsOf } from '../../src/accounts/rights.ts'
import { LIST_FIELDS, TEXT_FIELDS, TIME_FIELDS } from '../../src/cases/sheet-fields.ts'
import { versionKey } from '../../src/devices/version-key.ts'
import { mayHear } from '../../src/events/who-hears.ts'
import { PRODUCT } from '../support/desk.ts'
import { type Caller, signedIn, signIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
/** 2026-11-21T00:00:00Z, where the server's clock begins. */
const START = Date.UTC(2026, 10, 21) / 1000
const VULNERABILITY = {
  ...{ product: PRODUCT, kind: 'vulnerability', title: 'Command injection in systeminformation' },
  ...{ cves: ['CVE-2021-21315'], versions: ['1.4.1', '1.4.2'], fixedVersion: '1.4.3' },
}
const INCIDENT = { product: PRODUCT, kind: 'incident', title: 'Forged updates' }

// biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
type Answered = { readonly status: number; readonly body: any }
const said = ({ status, body }: Answered) => [status, body?.code]
type Ending = Parameters<typeof TestServer.start>[0]

async function madeProduct(server: TestServer): Promise<void> {
  await server.call('POST', '/products', { id: PRODUCT })
}

class Desk {
  readonly server: TestServer
  officer: Caller

  private constructor(server: TestServer, officer: Caller) {
    this.server = server
    this.officer = officer
  }

  static async open(t: Ending, prepare = madeProduct): Promise<Desk> {
    const server = await TestServer.start(t)
    await prepare(server)
    return new Desk(server, await signedIn(server, [{ role: 'securityOfficer', product: '*' }]))
  }

  async case(wanted: object): Promise<string> {
    const { status, body } = await this.officer.call('POST', '/cases', wanted)
    assert.equal(status, 201, JSON.stringify(body))
    return body.id
  }

  act(id: string, act: object): Promise<Answered> {
    return this.officer.call('POST', `/cases/${id}/events`, act, { 'if-match': '*' })
  }

  async acts(id: string, ...acts: readonly object[]): Promise<Answered['body']> {
    let last: Answered['body']
    for (const act of acts) {
      const { status, body } = await this.act(id, act)
      assert.equal(status, 200, JSON.stringify([act, body]))
      last = body
    }
    return last
  }

  async show(id: string, query = ''): Promise<Answered['body']> {
    const { status, body } = await this.officer.call('GET', `/cases/${id}${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  async sheet(id: string, stage: string): Promise<Answered['body']> {
    const { status, body } = await this.officer.call('GET', `/cases/${id}/sheet?stage=${stage}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  /** Of cases, so far. */
  async told() {
    await this.server.keepBooks()
    const events = await storesOf(this.server).events.after(0, 500)
    return events.filter(({ type }) => type.startsWith('case.'))
  }

  /** Seconds since {@link START}. Whoever signed in long ago signs in again. */
  async at(seconds: number): Promise<void> {
    this.server.clock.at = new Date((START + seconds) * 1000)
    if (this.server.running === undefined) await this.server.start()
    this.officer = await signIn(this.server, this.officer.account)
  }
}

const exploited = { type: 'exploitedMarked', evidence: 'Listed in KEV, and seen in our honeypot' }
const aware = (awareAt: number) => ({ type: 'awarenessSet', awareAt, evidence: 'Call of A. Licht' })
const submitted = (stage: string, submittedAt: number, more: object = {}) => {
  return { type: 'submitted', stage, submittedAt, reference: `SRP-${stage}`, ...more }
}
const clockOf = (body: Answered['body'], stage: string) =>
  body.clocks.find((clock: { stage: string }) => clock.stage === stage)
const rowOf = (sheet: Answered['body'], id: string) =>
  sheet.rows.find((row: { id: string }) => row.id === id)

test('a case runs from its first event to its end, and its clocks count from what is recorded', async (t) => {
  const desk = await Desk.open(t)
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
  const desk = await Desk.open(t)
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
  const desk = await Desk.open(t)
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
  const desk = await Desk.open(t)
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
  const desk = await Desk.open(t)
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

test('each step before a deadline is told once, also after the server was away, and the newest alone', async (t) => {
  const desk = await Desk.open(t)
  const id = await desk.case(VULNERABILITY)
  await desk.acts(id, exploited, aware(START))
  const reminders = async () =>
    (await desk.told())
      .filter(({ type }) => type.startsWith('case.deadline'))
      .map(({ type, data }) => {
        const { stage, leadSeconds } = data as { stage: string; leadSeconds: number }
        return `${type} ${stage} ${leadSeconds / HOUR}`
      })
  assert.deepEqual(await reminders(), [])
  await desk.at(12 * HOUR - 1)
  assert.deepEqual(await reminders(), [])
  await desk.at(12 * HOUR)
  const first = ['case.deadline-near earlyWarning 12']
  assert.deepEqual(await reminders(), first)
  assert.deepEqual(await reminders(), first)
  await desk.server.stop()
  await desk.at(25 * HOUR)
  const second = [...first, 'case.deadline-passed earlyWarning 0']
  assert.deepEqual(await reminders(), second)
  await desk.server.stop()
  await desk.server.start()
  assert.deepEqual(await reminders(), second)
  await desk.acts(id, submitted('earlyWarning', START + 25 * HOUR))
  await desk.at(71 * HOUR)
  assert.deepEqual(await reminders(), [...second, 'case.deadline-near notification 1'])
  // A submission ends what would have been told.
  await desk.acts(id, submitted('notification', START + 71 * HOUR))
  await desk.at(80 * HOUR)
  assert.equal((await reminders()).length, 3)
  // The 14 days after the measure.
  const measure = { type: 'measureAvailable', availableAt: START + 80 * HOUR, measure: '1.4.3' }
  await desk.acts(id, measure)
  await desk.at(80 * HOUR + 13 * DAY)
  assert.equal((await reminders()).at(-1), 'case.deadline-near finalReport 24')
})

test('a drill counts in its own time, raises no alarm, and says what it is', async (t) => {
  const desk = await Desk.open(t)
  const at = START + 400 * DAY
  const id = await desk.case({ ...VULNERABILITY, isDrill: true, at })
  await desk.acts(id, { ...exploited, at: at + HOUR }, { ...aware(at + HOUR), at: at + HOUR })
  const now = await desk.show(id)
  assert.deepEqual([now.now, clockOf(now, 'earlyWarning').state], [at + HOUR, 'running'])
  const later = await desk.show(id, `?at=${at + 26 * HOUR}`)
  assert.deepEqual(clockOf(later, 'earlyWarning').lateBySeconds, HOUR)
  const back = await desk.act(id, { type: 'noted', text: 'x', at })
  assert.deepEqual(said(back), [409, 'EVENT_OUT_OF_ORDER'])
  const sheet = await desk.sheet(id, 'earlyWarning')
  assert.equal(sheet.isDrill, true)
  assert.match(sheet.text, /DRILL/)
  await desk.at(500 * DAY)
  assert.deepEqual(await desk.told(), [])
  const real = await desk.case(VULNERABILITY)
  const asked = await desk.officer.call('GET', `/cases/${real}?at=${START}`)
  assert.deepEqual(said(asked), [409, 'NOT_A_DRILL'])
  const { body: entries } = await desk.server.call('GET', '/audit?action=case.recorded')
  assert.equal(entries[0].after.isDrill, true)
})

async function fleet(server: TestServer): Promise<void> {
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const devices = [
    ...[
      ['a', 'pilots', '1.4.2'],
      ['b', 'field', '1.4.2'],
      ['c', 'field', '1.4.1'],
    ],
    ...[
      ['d', 'field', '1.4.3'],
      ['e', 'field', '1.3.0'],
    ],
  ] as const
  for (const [id = '', cohort = '', version = ''] of devices) {
    const row = { id, product: PRODUCT, cohort, version, version_key: versionKey(version) }
    await server.edge?.database
      .insertInto('devices')
      .values({ ...row, enrolled_at: 1 })
      .execute()
    await server.edge?.database.insertInto('device_heads').values({ device: id }).execute()
  }
  for (const name of ['pilots', 'field']) {
    await storesOf(server).cohorts.ensure(PRODUCT, name, 1)
  }
}

test('the sheet is filled from the product, its releases, its fleet and what was submitted before', async (t) => {
  const desk = await Desk.open(t, fleet)
  const seen = { 'if-match': '"0"' }
  await desk.server.call('POST', `/products/${PRODUCT}/facts`, wholeFacts(), seen)
  const id = await desk.case(VULNERABILITY)
  await desk.acts(id, exploited, aware(START))
  const sheet = await desk.sheet(id, 'earlyWarning')
  const text = (name: string) => rowOf(sheet, name).text
  assert.equal(text('title'), VULNERABILITY.title)
  assert.equal(text('productName'), 'Lumen Gateway G1')
  assert.equal(text('productVersion'), '1.4.1, 1.4.2')
  assert.equal(text('cveId'), 'CVE-2021-21315')
  assert.equal(text('memberStates'), 'Austria; Germany')
  assert.equal(text('productType'), 'Default')
  assert.equal(text('endOfSupport'), 'No')
  assert.equal(text('awareAt'), '2026-11-21 00:00 UTC')
  assert.match(text('impact'), /^3 of 5 devices .*\(1\.4\.1, 1\.4\.2\): field 2, pilots 1\.$/)
  assert.match(
    text('measuresTaken'),
    /^Version 1\.4\.3, a security release, .* 1 of 5 devices run version 1\.4\.3; 3 still/,
  )
  assert.deepEqual(sheet.missing, ['3'])
  assert.equal(sheet.canBeSubmitted, false)
  await desk.acts(id, { type: 'fieldsSet', values: { summary: 'x'.repeat(4_001) } })
  assert.deepEqual((await desk.sheet(id, 'earlyWarning')).overLong, ['3'])
  await desk.acts(id, { type: 'fieldsSet', values: { summary: 'Commands run as root' } })
  assert.equal((await desk.sheet(id, 'earlyWarning')).canBeSubmitted, true)

  const values = { impact: 'Two of our customers', productName: 'Lumen G1' }
  const kept = await desk.acts(id, submitted('earlyWarning', START, { values }))
  const { sheet: verbatim } = kept.events.at(-1).facts
  assert.deepEqual(verbatim.given.toSorted(), ['impact', 'productName'])
  assert.equal(verbatim.values.impact, 'Two of our customers')
  assert.equal(verbatim.values.summary, 'Commands run as root')
  assert.match(verbatim.text, /Two of our customers/)
  const next = await desk.sheet(id, 'notification')
  assert.deepEqual(
    [rowOf(next, 'impact').text, rowOf(next, 'impact').origin],
    ['Two of our customers', 'before'],
  )
  assert.equal(rowOf(next, 'productName').text, 'Lumen G1')
  // What was submitted does not move with the case.
  await desk.acts(id, { type: 'scopeSet', versions: ['1.4.2'] })
  assert.equal(rowOf(await desk.sheet(id, 'notification'), 'productVersion').text, '1.4.2')
  const { events } = await desk.show(id)
  const [first] = events.filter(({ type }: { type: string }) => type === 'submitted')
  assert.deepEqual(first.facts.sheet, verbatim)
})

test('the sheet comes as text and as a page on which nothing runs', async (t) => {
  const desk = await Desk.open(t)
  const id = await desk.case({ ...INCIDENT, title: '<script>alert(1)</script>' })
  const plain = await desk.server.raw(`/cases/${id}/sheet?stage=earlyWarning&format=text`)
  assert.match(plain.headers.get('content-type') ?? '', /^text\/plain/)
  assert.match(await plain.text(), /Title/)
  const page = await desk.server.raw(`/cases/${id}/sheet?stage=earlyWarning&format=html`)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  const html = await page.text()
  assert.match(html, /&lt;script&gt;/)
  assert.doesNotMatch(html, /<script/)
  for (const query of ['', '?stage=soon', '?stage=earlyWarning&format=pdf']) {
    const answer = await desk.officer.call('GET', `/cases/${id}/sheet${query}`)
    assert.deepEqual(said(answer), [400, 'REQUEST_INVALID'])
  }
})

test('an incident is severe when an answer says so, and its month begins with the notification', async (t) => {
  const desk = await Desk.open(t)
  const id = await desk.case(INCIDENT)
  const severe = { type: 'severeMarked', evidence: 'Forged metadata in the channel' }
  const answer = (question: string, word: string) => {
    return { type: 'severityAnswered', question, answer: word, reason: 'Seen in reports' }
  }
  assert.deepEqual(said(await desk.act(id, severe)), [409, 'SEVERITY_OPEN'])
  await desk.acts(id, answer('protectionAffected', 'no'), answer('codeCapable', 'unknown'))
  assert.deepEqual(said(await desk.act(id, severe)), [409, 'SEVERITY_OPEN'])
  const marked = await desk.acts(id, answer('codeCapable', 'yes'), severe, aware(START))
  assert.deepEqual([marked.severity.severe, marked.severity.limbs], ['yes', ['b']])
  assert.match(clockOf(marked, 'finalReport').waitsFor, /notification/)
  const last = await desk.acts(
    id,
    submitted('earlyWarning', START),
    submitted('notification', START),
  )
  assert.equal(clockOf(last, 'finalReport').dueAt, Date.UTC(2026, 11, 21) / 1000)
})

async function suggested(desk: Desk): Promise<string> {
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
  const desk = await Desk.open(t)
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
  const desk = await Desk.open(t)
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

test('the fields that can be given are those of the newest catalogue', () => {
  const fields = newestCatalogue().fields.map(({ id, format }) => {
    const isList = format.kind === 'memberStates' || format.kind === 'someOf'
    return `${format.kind === 'instant' ? 'time' : isList ? 'list' : 'text'} ${id}`
  })
  const given = [
    ...TEXT_FIELDS.map((id) => `text ${id}`),
    ...LIST_FIELDS.map((id) => `list ${id}`),
    ...TIME_FIELDS.map((id) => `time ${id}`),
  ]
  assert.deepEqual(given.toSorted(), [...new Set(fields)].toSorted())
})
