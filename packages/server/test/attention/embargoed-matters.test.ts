/** What is about a report under embargo is a matter for those alone who manage reports. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdvisorySite } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { attention, mattersOf } from '../support/on-watch.ts'
import { signedIn } from '../support/people.ts'

const HOUR = 3_600

test('neither a report under embargo nor the draft of its advisory is told to an auditor', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const report = await site.report()
  const drafted = await site.call('POST', '', { reports: [report] })
  assert.equal(drafted.body.title, 'The secret hole')
  await site.later(8 * 24 * HOUR)
  const auditor = await signedIn(site.server, [{ role: 'auditor', product: '*' }])
  const officer = await signedIn(site.server, [{ role: 'securityOfficer', product: PRODUCT }])
  assert.ok(!JSON.stringify(await attention(auditor)).includes('secret hole'))
  const [draft] = await mattersOf('advisoryUnpublished', officer)
  assert.deepEqual(
    [draft?.subject.advisory, draft?.facts.title],
    [drafted.body.id, 'The secret hole'],
  )
  const open = { isEmbargoed: false }
  const path = `/disclosure/reports/${report}`
  const lifted = await officer.call('PATCH', path, open, { 'if-match': '*' })
  assert.equal(lifted.status, 200, JSON.stringify(lifted.body))
  assert.equal((await mattersOf('advisoryUnpublished', auditor)).length, 1)
  const [unanswered] = await mattersOf('reportUnanswered', auditor)
  assert.equal(unanswered?.subject.report, report)
})
