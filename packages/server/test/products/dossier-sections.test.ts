/**
 * What stands in a dossier of components, reports to their makers, standards, data, exposure and the gate, read out of a
 * real server. CRA P-008, P-018, P-036, P-053, P-077, P-126, P-145, P-149, L-07
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Block } from '../../src/dossier/document.ts'
import type { DossierSource, Section } from '../../src/dossier/section.ts'
import { componentReviews } from '../../src/dossier/sections/component-reviews.ts'
import { dataInventory } from '../../src/dossier/sections/data-inventory.ts'
import { exposure } from '../../src/dossier/sections/exposure.ts'
import { gateWaivers } from '../../src/dossier/sections/gate-waivers.ts'
import { standards } from '../../src/dossier/sections/standards.ts'
import { updateDistribution } from '../../src/dossier/sections/update-distribution.ts'
import { upstreamReports } from '../../src/dossier/sections/upstream-reports.ts'
import { userInformation } from '../../src/dossier/sections/user-information.ts'
import { gapsOf } from '../../src/product-facts/gaps.ts'
import { retentionSettingsSchema } from '../../src/retention/retention-settings.ts'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { aRelease } from '../support/gated.ts'
import { aDataUse, anUpstreamReport, aReview, aStandard } from '../support/law-records.ts'
import { storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const OSV = join(
  import.meta.dirname,
  '../../../vulnerability/test-data/osv/GHSA-2m8v-572m-ff2v.json',
)
const BYTES = { 'content-type': 'application/octet-stream' }
const CVE = 'CVE-2021-21315'
const LEFT_PAD = 'pkg:npm/left-pad'
const HOUR = 3_600
const DAY = 24 * HOUR

const ended = endings()
let server: TestServer

before(async () => {
  server = await TestServer.start(ended)
  const { desk } = await server.product({ mode: 'advisory', reason: 'it is new here' })
  const releases = [aRelease('1.4.2'), aRelease('1.4.3', { securityCounter: 2 })]
  await server.publish(desk, 1, releases)
  await server.keepBooks()
})
after(() => ended.endAll())

const secondsNow = () => server.clock.at.getTime() / 1000

/** Of all that sections may read, those here need this. */
async function written(
  section: Section,
  { now = secondsNow(), facts = wholeFacts(), product = PRODUCT as string } = {},
) {
  const known = { release: true, assessment: true, evidence: true }
  const {
    blocks,
    files = [],
    gaps = [],
  } = await section.write({
    ...{ stores: storesOf(server), product, facts, factsVersion: 2, now },
    gaps: gapsOf(facts, { known, now, signedSupportEnd: undefined }),
    settings: { hosts: ['lumen.example'], retention: retentionSettingsSchema.parse(undefined) },
    publicBase: 'https://lumen.example',
  } as unknown as DossierSource)
  const contents = new Map(
    files.map(({ path, content }) => [path, Buffer.from(content as Uint8Array).toString()]),
  )
  return {
    ...{ blocks, contents, gaps: gaps.map(({ what }) => what) },
    json: (path: string) => JSON.parse(contents.get(path) ?? ''),
    rows: blocks.flatMap((block: Block) => (block.kind === 'table' ? block.rows : [])),
    facts: new Map(blocks.flatMap((block) => (block.kind === 'facts' ? block.rows : []))),
  }
}

async function added(path: string, record: object) {
  const { status, body } = await server.of('POST', path, record)
  assert.equal(status, 201, JSON.stringify(body))
}

test('a component is a gap until a review of it counts, and again when that is overdue or says no', async () => {
  const before = await written(componentReviews)
  assert.deepEqual(before.gaps, [
    'Component own-protocol: nobody has reviewed it',
    `Component ${LEFT_PAD}: nobody has reviewed it`,
    'Component pkg:npm/systeminformation: nobody has reviewed it',
  ])
  const components = ['own-protocol', LEFT_PAD, 'pkg:npm/systeminformation']
  await added('/component-reviews', { components, review: aReview() })
  const { gaps, rows, json } = await written(componentReviews)
  assert.deepEqual(gaps, [])
  assert.deepEqual(rows[1], [
    ...[LEFT_PAD, '1.3.0', '', 'accepted, current', 'supported', 'MIT', 'A. Licht', '2027-11-21'],
  ])
  const { release, components: kept } = json('components/reviews.json')
  assert.deepEqual([release, kept[1].review.updates], ['1.4.3', 'regular'])

  const late = { now: Date.parse('2027-11-22T00:00:00Z') / 1000 }
  const overdue = await written(componentReviews, late)
  assert.equal(overdue.gaps.length, 3)
  assert.match(overdue.gaps[0] ?? '', /its next review is overdue/)
  const refused = { ...aReview(), decision: 'refused' }
  await added('/component-reviews', { components: [LEFT_PAD], review: refused })
  assert.deepEqual((await written(componentReviews)).gaps, [
    `Component ${LEFT_PAD}: it was refused, and it is built in all the same`,
  ])
})

test('without a release nobody knows which components to review, and that is a gap', async () => {
  await server.call('POST', '/products', { id: 'unborn' })
  const { gaps } = await written(componentReviews, { product: 'unborn' })
  assert.deepEqual(gaps, [
    'No published release is supported: which components to review is not known',
  ])
})

test('a report to the maker of a component is listed, and a gap when nobody answered in time', async () => {
  await added('/upstream-reports', anUpstreamReport('left-pad-length'))
  const { gaps, rows, json } = await written(upstreamReports)
  assert.deepEqual(gaps, [])
  assert.deepEqual(rows[0]?.slice(0, 4), ['left-pad-length', LEFT_PAD, 'CVE-2026-1', 'sent'])
  const [kept] = json('components/upstream-reports.json')
  assert.equal(kept.content.text, 'A length is not checked.')
  const late = await written(upstreamReports, { now: Date.parse('2026-12-21T00:00:00Z') / 1000 })
  assert.deepEqual(late.gaps, [
    'Report left-pad-length to the maker of a component is overdue: nobody answered',
  ])
})

test('every report is in it, also when there are more than are read at once', async () => {
  const { id: _id, ...content } = { ...anUpstreamReport('x'), state: 'sent' as const }
  await storesOf(server).transaction(async ({ records }) => {
    for (let at = 0; at < 501; at += 1) {
      const revision = { id: `report-${at}`, revision: 1, at: 1, by: 'acc-1', content }
      await records.add('unborn', 'upstream-report', revision)
    }
  })
  const { json } = await written(upstreamReports, { product: 'unborn' })
  const ids = json('components/upstream-reports.json').map(({ id }: { id: string }) => id)
  assert.deepEqual([ids.length, new Set(ids).size], [501, 501])
})

test('the register of standards stands beside those of the facts, with what each lacks', async () => {
  await added('/standards', aStandard('whole'))
  const { kind, ...lacking } = aStandard('lacking')
  await added('/standards', { ...lacking, kind, covers: [], isCited: false })
  const { gaps, rows } = await written(standards)
  assert.deepEqual(
    rows.map(([title]) => title),
    ['EN 18031-1', 'EN 40000-1-3', 'EN 40000-1-3'],
  )
  assert.deepEqual(gaps, [
    'Standard lacking: it covers no requirement of Annex I',
    'Standard lacking: the Official Journal does not cite it, and it gives no presumption of conformity',
  ])
})

test('the data of the product is a gap until somebody writes it, beside what Fleetward processes', async () => {
  const before = await written(dataInventory)
  assert.deepEqual(before.gaps, ['Nobody has written which data the product itself processes'])
  const { legalBasis: _basis, risks: _risks, ...use } = aDataUse('switching-times')
  await added('/data-uses', use)
  const { gaps, rows, json } = await written(dataInventory)
  assert.deepEqual(gaps, [
    'Data switching-times: the data is personal, and no legal basis is written',
    'Data switching-times: no risk of the register speaks of it',
  ])
  assert.deepEqual(rows[0]?.slice(0, 3), ['times at which lamps are switched', 'owner', 'yes'])
  assert.ok(json('data/inventory.json').fleetward.length > 5)
})

test('the nine points of Annex II stand in it, and the page as a file, where words stay words', async () => {
  const facts = { ...wholeFacts(), securitySupport: '<script>alert(1)</script>' }
  const { contents, facts: rows, gaps } = await written(userInformation, { facts })
  assert.deepEqual(gaps, [])
  assert.equal(
    rows.get('II.2 Reporting vulnerabilities: Where to report'),
    'security@lumen.example',
  )
  assert.equal(rows.get('Public page'), 'not published by this server')
  const publication = { isPublic: true, facts: 1, language: 'en' }
  const revision = { id: 'page', revision: 1, at: 1, by: 'acc-1', content: publication }
  await storesOf(server).records.add(PRODUCT, 'information', revision)
  const published = (await written(userInformation)).facts.get('Public page')
  assert.equal(
    published,
    `https://lumen.example/products/${PRODUCT}/information, with version 1 of the facts, which have changed since`,
  )
  const page = contents.get('product/information.de.html') ?? ''
  assert.equal(page.match(/<h2 id="annex-2-\d">/g)?.length, 9)
  assert.match(page, /<html lang="de">[\s\S]*Schwachstellen melden/)
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'))
  assert.ok(!page.includes('<script>'))
})

test('what the gate asks for, who approves, deadlines and times of keeping stand there in words and units for people', async () => {
  const { facts, rows, json } = await written(updateDistribution)
  const of = new Map(rows.map(([what = '', is = '']) => [what, is]))
  assert.equal(of.get('When it is closed'), 'it says so and holds nothing back: it is new here')
  assert.equal(
    of.get('Vulnerabilities that must be answered'),
    'rated medium or worse, or by nobody',
  )
  assert.equal(facts.get('Who approves rollouts'), 'nobody has to')
  assert.deepEqual(
    ['exploited', 'critical', 'high', 'low'].map((grade) => of.get(grade)),
    ['24 hours', '72 hours', '7 days', 'no deadline'],
  )
  assert.equal(of.get('The audit log'), '10 years')
  const shown = JSON.stringify([...facts, ...rows])
  assert.doesNotMatch(shown, /Days|[{}]|riskAssessment/)
  const { gate, deadlines } = json('distribution/description.json')
  assert.deepEqual([gate.mode, deadlines.exploited], ['advisory', DAY])
  const rule = { count: 2, roles: ['releaseManager', 'securityOfficer'] }
  assert.equal((await server.call('POST', `/products/${PRODUCT}/approval`, rule)).status, 200)
  const approved = (await written(updateDistribution)).facts.get('Who approves rollouts')
  assert.equal(
    approved,
    '2 different people of the release managers or security officers, never who made or changed the rollout',
  )
})

test('a waiver of the gate stands there with its reason, also when its time is over', async () => {
  const at = secondsNow()
  await storesOf(server).gate.addWaiver({
    ...{ id: 'w1', product: PRODUCT, version: '1.4.2', code: 'AFFECTED', finding: undefined },
    ...{ about: undefined, reason: 'tried by hand', by: 'acc-1', name: 'ada', at },
    ...{ until: at + DAY, endedAt: undefined, endedBy: undefined },
  })
  const { rows, json } = await written(gateWaivers, { now: at + HOUR })
  assert.deepEqual(rows[0]?.slice(0, 5), [
    '1.4.2',
    'a vulnerability affects it',
    '',
    'tried by hand',
    'ada',
  ])
  assert.equal(rows[0]?.at(-1), 'yes')
  assert.equal((await written(gateWaivers, { now: at + DAY })).rows[0]?.at(-1), 'no')
  assert.equal(json('tests/gate-waivers.json')[0].reason, 'tried by hand')
})

test('exposure says how many devices a vulnerability reached and how fast they left it', async () => {
  const fleet = new ReportingFleet(server)
  const devices = Array.from({ length: 4 }, (_, index) => `lumen-${index + 1}`)
  await fleet.add(devices)
  for (const id of devices) {
    await fleet.unknown(id)
    await fleet.report(id, {})
  }
  await server.call('PUT', '/feeds/osv?kind=osv', await readFile(OSV), BYTES)
  await server.keepBooks()
  const before = await written(exposure)
  assert.deepEqual(before.rows[0]?.slice(2), ['1.4.3', '4', '4', '0', 'not yet', 'not yet'])
  server.clock.at = new Date(server.clock.at.getTime() + 2 * HOUR * 1000)
  for (const id of devices.slice(0, 2)) await fleet.commits(id, '1.4.3')
  const { rows, json } = await written(exposure)
  assert.equal(rows.length, 1)
  assert.deepEqual(rows[0]?.slice(0, 1), [CVE])
  assert.deepEqual(rows[0]?.slice(3, 5), ['4', '2'])
  assert.match(rows[0]?.[6] ?? '', /^2(?:\.\d)? h after the fix$/)
  const { vulnerabilities } = json('vulnerabilities/exposure.json')
  assert.equal(vulnerabilities[0].counts.updated, 2)
})
