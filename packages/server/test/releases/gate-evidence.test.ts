/** What a product asks for as evidence, and a review of its risks, hold back as well. CRA P-014, P-015, P-044, P-045, P-046, P-115 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { aRelease, digestsOf, importFresh, publishing } from '../support/gated.ts'
import { type Answer, TestServer } from '../support/test-server.ts'
import { aRisk } from '../support/whole-facts.ts'

const DAY_MS = 86_400_000
const BYTES = { 'content-type': 'application/octet-stream' }
const PASSED = '<testsuite><testcase name="one"/></testsuite>'
const FAILED = '<testsuite><testcase name="one"><failure/></testcase></testsuite>'
const SARIF = JSON.stringify({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'lint' } }, results: [{ level: 'note' }] }],
})

const said = ({ body }: Answer) =>
  body.reasons?.map(({ code, about }: { code: string; about?: string }) => [code, about])

function brought(server: TestServer, text: string, query: object, product = PRODUCT) {
  const bytes = new TextEncoder().encode(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const words = new URLSearchParams({ name: 'ci', ...query })
  const path = `/products/${product}/evidence/files/${sha256}?${words}`
  return server.call('PUT', path, bytes, BYTES)
}

test('a release goes out once what is asked for is there for its own bytes, and has not failed', async (t) => {
  const server = await TestServer.start(t)
  const evidence = ['junit', 'sarif', 'pentest']
  const { desk } = await server.product({ riskAssessment: false, evidence })
  await server.call('POST', '/products', { id: 'other' })
  await importFresh(server, 'osv', 'kev')
  const release = aRelease('1.4.3')
  const { artifact, sbom } = digestsOf(release)
  const junit = { kind: 'junit', subject: artifact }
  const publish = () => publishing(server, desk, 1, release)

  // Before anything is published.
  const first = await brought(server, FAILED, junit)
  assert.deepEqual([first.body.outcome, first.body.counts.failures], ['failed', 1])
  await brought(server, SARIF, { kind: 'sarif', subject: artifact }, 'other')
  await brought(server, SARIF, { kind: 'sarif', subject: 'a'.repeat(64) })
  assert.deepEqual(said(await publish()), [
    ['EVIDENCE_MISSING', 'sarif'],
    ['EVIDENCE_FAILED', 'junit ci'],
    ['EVIDENCE_MISSING', 'pentest'],
  ])
  await brought(server, PASSED, { ...junit, name: 'elsewhere' })
  await brought(server, SARIF, { kind: 'sarif', subject: sbom })
  await brought(server, '%PDF-', { kind: 'pentest', subject: artifact, outcome: 'passed' })
  assert.deepEqual(said(await publish()), [['EVIDENCE_FAILED', 'junit ci']])
  await brought(server, PASSED, junit)
  await brought(server, FAILED, junit)
  assert.deepEqual(said(await publish()), [['EVIDENCE_FAILED', 'junit ci']], 'it failed again')
  await brought(server, `${PASSED}\n`, junit)
  assert.equal((await publish()).status, 200)

  const listed = (await server.of('GET', '/evidence?release=1.4.3')).body
  assert.equal(listed.length, 7)
  const [{ number }] = listed
  const file = await server.raw(`/products/${PRODUCT}/evidence/${number}/file`)
  assert.equal(await file.text(), `${PASSED}\n`)
  const foreign = await server.call('GET', `/products/other/evidence/${number}/file`)
  assert.deepEqual([foreign.status, foreign.body.code], [404, 'NO_SUCH_EVIDENCE'])
})

test('a file that is none of its kind, or another one than it is called, is refused', async (t) => {
  const server = await TestServer.start(t)
  await server.product()
  const subject = 'b'.repeat(64)
  const bomb = `<!DOCTYPE t [<!ENTITY a "${'a'.repeat(99)}">]>${PASSED}`
  for (const [text, query, code] of [
    [bomb, { kind: 'junit' }, 'EVIDENCE_INVALID'],
    [SARIF, { kind: 'junit' }, 'EVIDENCE_INVALID'],
    [PASSED, { kind: 'sarif' }, 'EVIDENCE_INVALID'],
    [PASSED, { kind: 'junit', outcome: 'passed' }, 'REQUEST_INVALID'],
    ['a report', { kind: 'pentest' }, 'REQUEST_INVALID'],
    ['a report', { kind: 'pentest', outcome: 'passed', name: 'a\nb' }, 'REQUEST_INVALID'],
  ] as const) {
    const { body } = await brought(server, text, { subject, ...query })
    assert.equal(body.code, code, text.slice(0, 30))
  }
  const other = `/evidence/files/${'c'.repeat(64)}?kind=junit&name=ci&subject=${subject}`
  const path = `/products/${PRODUCT}${other}`
  const { body } = await server.call('PUT', path, Buffer.from(PASSED), BYTES)
  assert.equal(body.code, 'EVIDENCE_INVALID')
  assert.deepEqual((await server.of('GET', '/evidence')).body, [])
})

test('a product whose risks nobody reviewed, or not in time, publishes nothing', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product({})
  await importFresh(server, 'osv', 'kev')
  const publish = (number: number, ...versions: string[]) =>
    publishing(server, desk, number, ...versions.map((version) => aRelease(version)))
  assert.deepEqual(said(await publish(1, '1.4.3')), [['RISK_ASSESSMENT_MISSING', undefined]])
  assert.equal((await server.of('POST', '/risks', aRisk('rollback'))).status, 201)
  const review = { reviewer: 'A. Licht', nextReviewOn: '2026-11-22', note: 'first' }
  assert.equal((await server.of('POST', '/risk-assessments', review)).status, 201)
  assert.equal((await publish(1, '1.4.3')).status, 200)
  server.clock.at = new Date(server.clock.at.getTime() + 2 * DAY_MS)
  const overdue = await publishing(
    ...([server, desk, 1] as const),
    aRelease('1.5.0', { kind: 'functionality', sbom: aRelease('1.4.3').sbom ?? '' }),
  )
  assert.deepEqual(said(overdue), [['RISK_ASSESSMENT_OVERDUE', undefined]])
})
