/** Advisories from the finding to the public, over the real API and the real public listener. CRA P-043, P-119 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rightsOf } from '../../src/accounts/rights.ts'
import { mayHear } from '../../src/events/who-hears.ts'
import { AdvisorySite, WRITTEN } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { signedIn, storesOf } from '../support/people.ts'

const CVE = 'CVE-2021-21315'
const HOUR = 3_600

test('a draft from a finding knows names, releases and what is missing; a release that fixes it is filled in', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const finding = await site.finding()
  const { status, body } = await site.call('POST', '', { finding })
  assert.equal(status, 201, JSON.stringify(body))
  assert.match(body.id, /^LUMEN-WORKS-\d{4}-0001$/)
  assert.equal(body.title, `${CVE} in systeminformation`)
  const [hole] = body.content.vulnerabilities
  assert.deepEqual([hole.name, hole.affected, hole.fixed], [CVE, ['1.4.2'], []])
  assert.deepEqual(body.flaws, ['action: must say something'])
  assert.deepEqual(body.unfixed, [CVE])
  await site.release('1.4.3')
  assert.deepEqual((await site.call('GET', `/${body.id}`)).body.unfixed, [])
})

test('a release of which somebody said that another one mends it is affected; one that mends it itself is not', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const finding = await site.finding()
  const affectedOnce = async (inVersion: string) => {
    const path = `/products/${PRODUCT}/findings/${finding}/decide`
    const said = { status: 'fixed', inVersion }
    const { status } = await site.officer.call('POST', path, said, { 'if-match': '*' })
    assert.equal(status, 200)
    return (await site.call('POST', '', { finding })).body.content.vulnerabilities[0].affected
  }
  assert.deepEqual(await affectedOnce('1.4.3'), ['1.4.2'])
  assert.deepEqual(await affectedOnce('1.4.2'), [])
})

test('what is published is served with the same bytes for good, and an update is a new version of it', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  const early = await site.act(id, 'publish')
  assert.deepEqual([early.status, early.body.code], [409, 'ADVISORY_FIX_MISSING'])
  await site.release('1.4.3')
  await site.published(id)
  const path = `/.well-known/csaf/white/${id.split('-').at(-2)}/${id.toLowerCase()}.json`
  const first = await site.read(path)
  assert.equal(first.headers['content-type'], 'application/json')
  const { document, vulnerabilities } = JSON.parse(first.text)
  assert.equal(document.tracking.version, '1')
  assert.equal(document.title, WRITTEN.title)
  assert.deepEqual(vulnerabilities[0].product_status.fixed.length, 1)

  await site.later(HOUR)
  await site.edit(id, { title: 'Another title' })
  assert.equal((await site.read(path)).text, first.text)
  const mute = await site.act(id, 'publish')
  assert.deepEqual([mute.status, mute.body.code], [400, 'REQUEST_INVALID'])
  await site.published(id, { change: 'A better title.' })
  const second = JSON.parse((await site.read(path)).text).document
  assert.equal(second.title, 'Another title')
  assert.deepEqual(
    second.tracking.revision_history.map((one: { summary: string }) => one.summary),
    ['First version.', 'A better title.'],
  )
  assert.deepEqual(await site.told(), ['advisory.published', 'advisory.updated'])
})

test('a rollout of the fix tells owners what the advisory tells the public', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  await site.release('1.4.3')
  await site.published(id)
  const wanted = { release: '1.4.3', cohort: 'homes' }
  const { status, body } = await site.server.of('POST', '/rollouts', wanted)
  assert.equal(status, 201, JSON.stringify(body))
  assert.equal(body.notice.summary, WRITTEN.summary)
  assert.ok(body.notice.advisories.includes(id))
})

test('who waits for the fix is published with it; who holds one back is reminded once, when the time is over', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  const until = Math.floor(site.server.clock.at.getTime() / 1000) + HOUR
  const held = await site.call('POST', `/${id}/hold`, { reason: 'Upstream publishes then.', until })
  assert.deepEqual([held.body.state, held.body.hold.isOver], ['held', false])
  for (const wrong of [until - 2 * HOUR, until + 400 * 24 * HOUR]) {
    const { body } = await site.call('POST', `/${id}/hold`, { reason: 'x', until: wrong })
    assert.equal(body.code, 'ADVISORY_HOLD_END_INVALID')
  }
  assert.deepEqual(await site.told(), [])
  await site.later(HOUR)
  await site.told()
  assert.deepEqual(await site.told(), ['advisory.hold-ended'])
  assert.equal((await site.call('GET', `/${id}`)).body.state, 'held', 'a person decides')

  const scheduled = await site.act(id, 'publish', { when: 'fixed' })
  assert.equal(scheduled.body.state, 'scheduled', JSON.stringify(scheduled.body))
  await site.told()
  assert.equal((await site.stranger().get('/advisories/atom.xml')).text.includes(id), false)
  await site.release('1.4.3')
  assert.deepEqual(await site.told(), ['advisory.hold-ended', 'advisory.published'])
  assert.match((await site.read('/advisories/atom.xml')).text, new RegExp(id))
})

test('what was changed while it waited for the fix is not published by itself', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  assert.equal((await site.act(id, 'publish', { when: 'fixed' })).body.state, 'scheduled')
  const edited = await site.edit(id, { summary: 'Nobody proved himself for these words.' })
  assert.equal(edited.body.state, 'draft', JSON.stringify(edited.body))
  await site.release('1.4.3')
  assert.deepEqual(await site.told(), [])
})

test('what is written about an embargoed report into a published advisory is for who manages reports', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  await site.release('1.4.3')
  await site.published(id)
  const report = await site.report()
  const edited = await site.edit(id, { summary: 'A second hole.', reports: [report] })
  assert.equal(edited.status, 200, JSON.stringify(edited.body))
  const manager = await signedIn(site.server, [{ role: 'releaseManager', product: '*' }])
  const path = `/products/${PRODUCT}/advisories`
  for (const one of [`${path}/${id}`, path]) {
    const seen = await manager.call('GET', one)
    assert.equal(seen.status, 200)
    assert.ok(!JSON.stringify(seen.body).includes('A second hole.'), one)
  }
  assert.ok(JSON.stringify((await site.call('GET', `/${id}`)).body).includes('A second hole.'))
})

test('what is withdrawn says so, with what was published and not what somebody wrote since', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  const early = await site.act(id, 'publish', { withoutFixBecause: 'It is exploited everywhere.' })
  assert.equal(early.body.state, 'published', JSON.stringify(early.body))
  await site.edit(id, { summary: 'Unpublished words.' })
  const withdrawn = await site.act(id, 'withdraw', { reason: 'It was another product.' })
  assert.equal(withdrawn.body.state, 'withdrawn', JSON.stringify(withdrawn.body))
  const { text } = await site.read(`/advisories/${id}`)
  assert.match(text, /is withdrawn[\s\S]*It was another product\./)
  assert.ok(!text.includes('Unpublished words.'))
  for (const act of ['publish', 'withdraw']) {
    assert.equal((await site.act(id, act, { reason: 'x' })).status >= 400, true)
  }
  assert.equal((await site.call('DELETE', `/${id}`, undefined, { 'if-match': '*' })).status, 409)
})

test('a draft about a report under embargo is nobody’s but of who manages reports, until it is published', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const report = await site.report()
  const { status, body } = await site.call('POST', '', { reports: [report] })
  assert.deepEqual([status, body.title], [201, 'The secret hole'])
  assert.deepEqual(body.content.credits, [{ name: 'Ada Licht', organization: '' }])

  const auditor = await signedIn(site.server, [{ role: 'auditor', product: '*' }])
  const path = `/products/${PRODUCT}/advisories`
  const sees = async () => {
    const list = await auditor.call('GET', path)
    const one = await auditor.call('GET', `${path}/${body.id}`)
    const document = await auditor.call('GET', `${path}/${body.id}/document`)
    return [list.body.length, one.status, document.status]
  }
  assert.deepEqual(await sees(), [0, 404, 404])
  const open = { isEmbargoed: false }
  await site.officer.call('PATCH', `/disclosure/reports/${report}`, open, { 'if-match': '*' })
  assert.deepEqual(await sees(), [1, 200, 200])
  // Whoever may not see a report links none, and so does not get its title.
  const other = await site.call('POST', '', { reports: ['0'.repeat(16)] })
  assert.equal(other.body.code, 'NO_SUCH_REPORT')
  const log = JSON.stringify((await site.server.call('GET', '/audit?limit=500')).body)
  assert.ok(!log.includes('secret hole'))
})

test('audit log and events of a draft about a report under embargo name nothing that is', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const finding = await site.finding()
  const report = await site.report()
  const written = { finding, reports: [report], title: 'TITLE-X' }
  const { id } = (await site.call('POST', '', written)).body
  const dropped = (await site.call('POST', '', written)).body.id
  await site.call('DELETE', `/${dropped}`, undefined, { 'if-match': '*' })
  await site.edit(id, { summary: 'TEXT-X' })
  const until = Math.floor(site.server.clock.at.getTime() / 1000) + HOUR
  await site.call('POST', `/${id}/hold`, { reason: 'REASON-X', until })
  await site.later(HOUR)
  await site.told()
  assert.deepEqual(await site.told(), [], 'auditors and release managers would hear of it')

  const { audit, events } = storesOf(site.server)
  const all = (await site.server.call('GET', '/audit?limit=500')).body
  const ofDrafts = all.filter(({ subject }: { subject: string }) => /^advisory\//.test(subject))
  const actions = ofDrafts.map(({ action }: { action: string }) => action).toSorted()
  assert.deepEqual(actions, [
    ...['advisory.changed', 'advisory.drafted', 'advisory.drafted', 'advisory.dropped'],
    'advisory.held',
  ])
  for (const entry of ofDrafts) {
    assert.deepEqual([entry.product, entry.before, entry.after], [undefined, undefined, undefined])
  }
  const ended = (await events.after(0, 500)).filter(({ type }) => type.endsWith('HoldEnded'))
  assert.deepEqual(
    ended.map(({ product, data }) => [product, data]),
    [[undefined, { advisory: id }]],
  )
  for (const role of ['viewer', 'auditor', 'releaseManager'] as const) {
    const rights = rightsOf([{ role, product: '*' }])
    assert.ok(!ended.some((event) => mayHear(rights, event)), role)
  }
  assert.doesNotMatch(JSON.stringify(await audit.lines(0, 500)), /-X\b/)

  // Taking the report away is a part of it; what follows is not.
  await site.edit(id, { reports: [] })
  await site.edit(id, { summary: 'Now for everybody.' })
  const last = (await site.server.call('GET', '/audit?action=advisory.changed')).body
  assert.deepEqual(
    last.map(({ product }: { product?: string }) => product),
    [PRODUCT, undefined, undefined],
  )
})

test('text that is made to do something does nothing: in pages, feeds, documents and listings', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const { id } = await site.written()
  for (const title of [
    'a\u202eb',
    'a\u0000b',
    'a\u0007b',
    'a\nb',
    'a\u200bb',
    'a\ud800b',
    'x'.repeat(201),
  ]) {
    const { status } = await site.edit(id, { title })
    assert.equal(status, 400, JSON.stringify(title))
  }
  for (const url of ['javascript:alert(1)', 'https://a@b.example/', 'http://b.example/']) {
    const { status } = await site.edit(id, { references: [{ summary: 'x', url }] })
    assert.equal(status, 400, url)
  }
  const hostile = `<script>alert(1)</script> "'&amp; ]]> **[x](javascript:1)** <!--`
  await site.edit(id, { title: hostile, summary: hostile, action: hostile, impact: hostile })
  await site.published(id)
  for (const path of ['/advisories', `/advisories/${id}`, '/advisories/atom.xml']) {
    const { text } = await site.read(path)
    assert.ok(!text.includes('<script'), path)
    assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'), path)
    assert.ok(text.includes('&amp;amp; ]]&gt; **[x](javascript:1)** &lt;!--'), path)
  }
  const file = `/.well-known/csaf/white/${id.split('-').at(-2)}/${id.toLowerCase()}.json`
  assert.equal(JSON.parse((await site.read(file)).text).document.title, hostile)
  for (const path of [
    '/advisories/..%2f..%2fetc',
    '/advisories/%3Cscript%3E',
    `/advisories/${id}x`,
  ]) {
    assert.equal((await site.stranger().get(path)).status, 404, path)
  }
})

test('nothing is published by nobody, twice, unseen or unwritten', async (t) => {
  const site = await AdvisorySite.open(t, { contacts: ['mailto:security@lumen.example'] })
  const draft = () => site.call('POST', '', { title: 'x' })
  assert.equal((await draft()).body.code, 'ADVISORY_PUBLISHER_UNKNOWN')
  await site.server.call('PATCH', '/disclosure/settings', { organisation: 'Lümen & Söhne' })
  const { body } = await draft()
  assert.match(body.id, /^LUMEN-SOHNE-\d{4}-0001$/)
  assert.match((await draft()).body.id, /-0002$/)
  const unseen = await site.call('POST', `/${body.id}/publish`, {}, { 'if-match': '"9"' })
  assert.deepEqual([unseen.status, unseen.body.code], [412, 'REVISION_CHANGED'])
  const empty = await site.act(body.id, 'publish', { withoutFixBecause: 'x' })
  assert.deepEqual([empty.status, empty.body.code], [422, 'ADVISORY_INCOMPLETE'])
  assert.equal((await site.act(body.id, 'publish', { when: 'fixed' })).status, 422)
  assert.equal((await site.stranger().get('/advisories')).status, 200)
  const gone = await site.call('DELETE', `/${body.id}`, undefined, { 'if-match': '*' })
  assert.equal(gone.status, 204)
})
