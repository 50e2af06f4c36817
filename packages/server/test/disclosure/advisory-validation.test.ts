/** The CSAF validator before the public: what it says of a draft, and that nothing invalid is published. CRA P-119, P-120 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Advisory } from '../../src/advisories/advisory.ts'
import { AdvisorySite } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { signedIn, storesOf } from '../support/people.ts'

const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
/** CVSS has no such metric; our own look at it counts the base metrics and finds no flaw. */
const ODD_VECTOR = `${VECTOR}/FOO:X`
const CSAF = '/.well-known/csaf/white/index.txt'

type Message = { severity: string; test: string; pointer: string; text: string }

async function opened(t: Parameters<typeof AdvisorySite.open>[0]) {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  const { body } = await site.call('GET', `/${id}`)
  const [hole] = body.content.vulnerabilities
  const write = async (change: object) => {
    const { status, body: now } = await site.edit(id, {
      vulnerabilities: [{ ...hole, weakness: 'CWE-78', vector: VECTOR, ...change }],
    })
    assert.equal(status, 200, JSON.stringify(now))
    return now
  }
  const judged = async (query = '') => {
    const answer = await site.call('GET', `/${id}/validation${query}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body as {
      isValid: boolean
      revision: number
      version?: number
      messages: Message[]
      counts: Record<string, number>
    }
  }
  return { site, id, write, judged }
}

/** What no route takes. */
async function plant(site: AdvisorySite, id: string, vector: string, more: Partial<Advisory> = {}) {
  const { advisories } = storesOf(site.server)
  const found = (await advisories.find(PRODUCT, id)) ?? assert.fail()
  const vulnerabilities = found.content.vulnerabilities.map((one) => ({ ...one, vector }))
  const content = { ...found.content, vulnerabilities }
  assert.ok(await advisories.replace(found.revision, { ...found, content, ...more }))
  return content
}

test('a draft is judged as it would be published: what is missing, where, and by which test', async (t) => {
  const { site, id, write, judged } = await opened(t)
  const first = await judged()
  assert.deepEqual([first.isValid, first.counts], [true, { error: 0, warning: 1, info: 1 }])
  // What the feed knows is CVSS 4.0, for which CSAF 2.0 has no place.
  assert.deepEqual(first.messages, [
    {
      ...{ severity: 'warning', test: 'optional 6.2.3', text: 'missing score' },
      pointer: '/vulnerabilities/0/product_status/known_affected/0',
    },
    {
      ...{ severity: 'info', test: 'informative 6.3.4', text: 'missing cwe' },
      pointer: '/vulnerabilities/0',
    },
  ])
  const { revision } = await write({})
  const second = await judged()
  assert.deepEqual([second.messages, second.revision], [[], revision])
  assert.equal(second.version, undefined)
  await site.release('1.4.3')
  await site.published(id)
  assert.equal((await judged('?version=1')).version, 1)
  const { status, body } = await site.call('GET', `/${id}/validation?version=9`)
  assert.deepEqual([status, body.code], [404, 'NO_SUCH_VERSION'])
})

test('what the validator finds invalid is neither published nor scheduled, and nothing of it is kept', async (t) => {
  const { site, id, write, judged } = await opened(t)
  const { flaws } = await write({ vector: ODD_VECTOR })
  assert.deepEqual(flaws, [], 'our own look finds nothing')
  const { isValid, messages, counts } = await judged()
  assert.equal(isValid, false)
  assert.equal(messages[0]?.severity, 'error')
  const scheduled = await site.act(id, 'publish', { when: 'fixed' })
  assert.deepEqual([scheduled.status, scheduled.body.code], [422, 'ADVISORY_INVALID'])
  await site.release('1.4.3')
  const { status, body } = await site.act(id, 'publish')
  assert.deepEqual([status, body.code, body.facts.errors], [422, 'ADVISORY_INVALID', counts.error])
  assert.match(body.facts.first, /^schema at \/vulnerabilities\/0\/scores\/0\//)
  const { body: now } = await site.call('GET', `/${id}`)
  assert.deepEqual([now.state, now.version], ['draft', 0])
  assert.equal((await site.stranger().get(CSAF)).status, 404)
  assert.deepEqual(await site.told(), [])

  await write({})
  await site.published(id)
  assert.equal((await site.read(CSAF)).status, 200)
})

test('what waits for its fix and is invalid by then is held back, and somebody is told', async (t) => {
  const { site, id, write } = await opened(t)
  await write({})
  assert.equal((await site.act(id, 'publish', { when: 'fixed' })).body.state, 'scheduled')
  await plant(site, id, ODD_VECTOR)
  await site.release('1.4.3')
  await site.told()
  assert.deepEqual(await site.told(), ['advisory.hold-ended'])
  const { body } = await site.call('GET', `/${id}`)
  assert.deepEqual([body.state, body.version, body.hold.isOver], ['held', 0, true])
  assert.match(body.hold.reason, /no valid CSAF document: schema at/)
  const matters = (await site.officer.call('GET', '/attention')).body.matters as {
    kind: string
    facts: { isHoldOver?: boolean }
  }[]
  assert.ok(
    matters.some(({ kind, facts }) => kind === 'advisoryUnpublished' && facts.isHoldOver),
    JSON.stringify(matters),
  )
  // Mended, it goes the usual way.
  await write({})
  await site.published(id)
})

test('what was published invalid, before anybody looked, can be withdrawn', async (t) => {
  const { site, id, write } = await opened(t)
  await write({})
  await site.release('1.4.3')
  await site.published(id)
  const { advisories } = storesOf(site.server)
  const file = (await advisories.document(id)) ?? assert.fail()
  const content = await plant(site, id, ODD_VECTOR, { version: 2 })
  assert.ok(await advisories.publish({ ...file, version: 2, content }))
  const updated = await site.act(id, 'publish', { change: 'A typo.' })
  assert.equal(updated.body.code, 'ADVISORY_INVALID')
  const withdrawn = await site.act(id, 'withdraw', { reason: 'It was another product.' })
  assert.equal(withdrawn.body.state, 'withdrawn', JSON.stringify(withdrawn.body))
})

test('who may not see a draft under embargo learns nothing of it from the validator', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const report = await site.report()
  const { body } = await site.call('POST', '', { reports: [report] })
  const auditor = await signedIn(site.server, [{ role: 'auditor', product: '*' }])
  const path = `/products/${PRODUCT}/advisories/${body.id}/validation`
  const hidden = await auditor.call('GET', path)
  assert.deepEqual([hidden.status, hidden.body.code], [404, 'NO_SUCH_ADVISORY'])
  assert.equal((await site.officer.call('GET', path)).status, 200)
  const open = { isEmbargoed: false }
  await site.officer.call('PATCH', `/disclosure/reports/${report}`, open, { 'if-match': '*' })
  assert.equal((await auditor.call('GET', path)).status, 200)
})

test('of a published advisory that was written on about an embargoed report, others get what is published judged', async (t) => {
  const { site, id, write, judged } = await opened(t)
  await write({})
  await site.release('1.4.3')
  await site.published(id)
  const report = await site.report()
  await site.edit(id, { reports: [report] })
  await plant(site, id, ODD_VECTOR)
  assert.equal((await judged()).isValid, false)
  const manager = await signedIn(site.server, [{ role: 'releaseManager', product: '*' }])
  const path = `/products/${PRODUCT}/advisories/${id}/validation`
  const { status, body } = await manager.call('GET', path)
  assert.deepEqual([status, body.isValid, body.messages], [200, true, []])
})
