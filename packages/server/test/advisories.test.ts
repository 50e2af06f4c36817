/** Advisories from the finding to the public, over the real API and the real public listener. CRA P-043, P-104, P-119 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdvisorySite, WRITTEN } from './support/advisory-site.ts'
import { PRODUCT } from './support/desk.ts'

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
