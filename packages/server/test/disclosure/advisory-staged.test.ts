/** What is staged and not published is told to nobody: not by VEX, and not by what an advisory is drafted of. CRA P-043 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdvisorySite } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'

const STAGED = '1.4.7'

/** 1.4.2 is published with a hole; 1.4.7 has it too and waits at its gate. */
async function withStaged(t: Parameters<typeof AdvisorySite.open>[0]) {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const finding = await site.finding()
  const enforced = { mode: 'enforced', riskAssessment: false, reason: 'We go to market' }
  const { status } = await site.officer.call('POST', `/products/${PRODUCT}/gate-policy`, enforced, {
    'if-match': '*',
  })
  assert.equal(status, 200)
  const first = aRelease('1.4.2', { securityCounter: 1 })
  const sbom = gatewaySbom('1.4.2').text
  const next = aRelease(STAGED, { securityCounter: 2, sbom })
  const held = await site.server.publish(site.desk, 2, [first, next])
  assert.equal(held.body.code, 'GATE_CLOSED', JSON.stringify(held.body))
  const path = `/products/${PRODUCT}/findings/${finding}`
  const { body } = await site.officer.call('GET', path)
  assert.ok(JSON.stringify(body).includes(STAGED), 'people in the house see it')
  const decide = async (said: object) => {
    const answer = await site.officer.call('POST', `${path}/decide`, said, { 'if-match': '*' })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }
  return { site, finding, decide }
}

const FORMATS = ['OpenVEX', 'CycloneDX', 'CSAF']

test('neither a draft nor VEX in any format names a release that nobody can have yet', async (t) => {
  const { site, finding, decide } = await withStaged(t)
  const { status, body } = await site.call('POST', '', { finding })
  assert.equal(status, 201, JSON.stringify(body))
  const [hole] = body.content.vulnerabilities
  assert.deepEqual([hole.affected, hole.fixed], [['1.4.2'], []])

  const exported = async (format: string) =>
    (await site.officer.call('GET', `/products/${PRODUCT}/vex?format=${format}`)).body
  await decide({ status: 'affected', action: 'Close port 8080.', releases: [STAGED] })
  for (const format of FORMATS) {
    assert.equal((await exported(format)).code, 'VEX_NOT_EXPORTABLE', 'of the staged one alone')
  }
  await decide({ status: 'affected', action: 'Close port 8080.' })
  const namesPublished = async (format: string) => {
    const { document } = await exported(format)
    const text = JSON.stringify(document)
    assert.match(text, /lumen-gateway-g1@1\.4\.2/, format)
    assert.ok(!text.includes(STAGED), format)
    return document
  }
  for (const format of FORMATS) {
    const { document } = await namesPublished(format)
    if (format === 'CSAF') assert.equal(document.tracking.revision_history.length, 1)
  }
  const published = await site.officer.call('POST', `/products/${PRODUCT}/vex/publish`, {})
  assert.equal(published.status, 200, JSON.stringify(published.body))
  const { text } = await site.read(new URL(published.body.url).pathname)
  assert.match(text, /1\.4\.2/)
  assert.ok(!text.includes(STAGED))

  // What was said before it counts for the public, until the fix is there.
  await decide({ status: 'fixed', inVersion: STAGED })
  for (const format of FORMATS) await namesPublished(format)
})
