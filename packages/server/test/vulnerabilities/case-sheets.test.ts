/** The sheet of a case: filled from what the server knows, for whoever copies it into the portal. CRA P-004 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestCatalogue } from '@fleetward/vulnerability'
import { LIST_FIELDS, TEXT_FIELDS, TIME_FIELDS } from '../../src/cases/sheet-fields.ts'
import { versionKey } from '../../src/devices/version-key.ts'
import {
  aware,
  CaseDesk,
  clockOf,
  exploited,
  INCIDENT,
  rowOf,
  START,
  said,
  submitted,
  VULNERABILITY,
} from '../support/case-desk.ts'
import { PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import type { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

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
  const desk = await CaseDesk.open(t, fleet)
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
  const desk = await CaseDesk.open(t)
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
  const desk = await CaseDesk.open(t)
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
