/** Who may know of a report, and from what: lists, pages, the audit log and events. CRA P-124 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../../src/accounts/permission.ts'
import { rightsOf } from '../../src/accounts/rights.ts'
import { mayHear } from '../../src/events/who-hears.ts'
import { Site } from '../support/disclosure-site.ts'
import { type Caller, signedIn, storesOf } from '../support/people.ts'

test('a viewer sees neither reports nor how many there are, an auditor only what is under no embargo', async (t) => {
  const site = await Site.open(t)
  const hidden = await site.report()
  const open = await site.report({ title: 'The open one' })
  await site.move(open.id, 'acknowledged', 'confirmed', 'fixing', 'fixed', 'published')
  const viewer = await signedIn(site.server, [{ role: 'viewer', product: '*' }])
  for (const path of [
    '/disclosure/reports',
    `/disclosure/reports/${hidden.id}`,
    '/disclosure/settings',
  ]) {
    const { status, body } = await viewer.call('GET', path)
    assert.deepEqual([status, body.code], [403, 'NOT_PERMITTED'], path)
  }
  await site.server.keepBooks()
  const events = await storesOf(site.server).events.after(0, 500)
  const heardBy = (role: Role) => {
    const rights = rightsOf([{ role, product: '*' }])
    return events.filter((event) => mayHear(rights, event)).length
  }
  assert.ok(heardBy('securityOfficer') >= 7)
  assert.deepEqual([heardBy('viewer'), heardBy('operator'), heardBy('auditor')], [0, 0, 0])
  const auditor = await signedIn(site.server, [{ role: 'auditor', product: '*' }])
  const { body } = await auditor.call('GET', '/disclosure/reports')
  assert.deepEqual(
    body.map(({ title }: { title: string }) => title),
    ['The open one'],
  )
  const { status } = await auditor.call('GET', `/disclosure/reports/${hidden.id}`)
  assert.equal(status, 404)
  const moved = await auditor.call('POST', `/disclosure/reports/${open.id}/state`, {
    state: 'closed',
  })
  assert.deepEqual([moved.status, moved.body.code], [403, 'NOT_PERMITTED'])
  // Nothing that counts on, from which he could tell that there is another one.
  assert.equal(body[0].number, undefined)
})

test('whoever answers for one product sees the reports that were given to it, and no other', async (t) => {
  const site = await Site.open(t)
  for (const id of ['lumen-red', 'lumen-blue']) await site.server.call('POST', '/products', { id })
  const { id } = await site.report()
  await site.report({ title: 'of nobody yet' })
  const [red, blue] = await Promise.all(
    ['lumen-red', 'lumen-blue'].map((product) =>
      signedIn(site.server, [{ role: 'securityOfficer', product }]),
    ),
  )
  const seenBy = async (who: Caller | undefined) =>
    (await who?.call('GET', '/disclosure/reports'))?.body.length
  assert.deepEqual([await seenBy(red), await seenBy(blue)], [0, 0])
  const given = await site.officer.call(
    ...(['PATCH', `/disclosure/reports/${id}`, { product: 'lumen-red' }] as const),
    { 'if-match': '"1"' },
  )
  assert.equal(given.status, 200)
  assert.deepEqual([await seenBy(red), await seenBy(blue)], [1, 0])
  const ownPatch = [...(['PATCH', `/disclosure/reports/${id}`, { product: '' }] as const)] as const
  const dropped = await red?.call(...ownPatch, { 'if-match': '*' })
  assert.deepEqual([dropped?.status, dropped?.body.code], [403, 'NOT_PERMITTED'])
  const roles = 'securityOfficer, administrator'
  const everywhere = { permission: 'disclosure.manage', roles, product: '*' }
  assert.deepEqual(dropped?.body.facts, everywhere)
  const settings = await red?.call('PATCH', '/disclosure/settings', {}, { 'if-match': '*' })
  assert.deepEqual([settings?.status, settings?.body.facts], [403, everywhere])
  const theirs = await signedIn(site.server, [{ role: 'auditor', product: 'lumen-red' }])
  const said = await theirs.call('POST', `/disclosure/reports/${id}/messages`, { text: 'x' })
  assert.deepEqual(
    [said.status, said.body.facts],
    [403, { permission: 'disclosure.manage', roles }],
  )
  const back = await site.officer.call(...ownPatch, { 'if-match': '*' })
  assert.deepEqual([back.status, back.body.product], [200, undefined])
  assert.equal(await seenBy(red), 0)
  const again = { product: 'lumen-red' }
  await site.officer.call('PATCH', `/disclosure/reports/${id}`, again, { 'if-match': '*' })
  const own = await red?.call('POST', `/disclosure/reports/${id}/state`, { state: 'acknowledged' })
  assert.equal(own?.status, 200)
  const foreign = await blue?.call('POST', `/disclosure/reports/${id}/state`, { state: 'invalid' })
  assert.deepEqual([foreign?.status, foreign?.body.code], [404, 'NO_SUCH_REPORT'])
  const stolen = await red?.call(
    ...(['PATCH', `/disclosure/reports/${id}`, { product: 'lumen-blue' }] as const),
    { 'if-match': '*' },
  )
  assert.deepEqual([stolen?.status, stolen?.body.code], [404, 'NO_SUCH_PRODUCT'])
})

test('nothing of a report or its sender is in the audit log or in an event', async (t) => {
  const site = await Site.open(t)
  const secret = { title: 'TITLE-X', text: 'TEXT-X', reporter: 'NAME-X', contact: 'x@mail.example' }
  const stranger = site.stranger({ 'user-agent': 'AGENT-X' }, '127.9.9.9')
  const sent = await stranger.post('/security/report', { ...secret, creditName: 'CREDIT-X' })
  const code = /fwr_[\w-]+/.exec(sent.text)?.[0] ?? ''
  const id = code.split('_')[1] ?? ''
  await stranger.post('/security/report/follow', { code, text: 'MESSAGE-X' })
  await site.move(id, { state: 'acknowledged', answer: 'ANSWER-X' })
  await site.officer.call(
    ...(['PATCH', `/disclosure/reports/${id}`, { creditName: 'OTHER-X' }] as const),
    { 'if-match': '*' },
  )
  const stores = storesOf(site.server)
  await site.server.keepBooks()
  const told = JSON.stringify([await stores.audit.lines(0, 500), await stores.events.after(0, 500)])
  assert.ok(id !== '' && told.includes(id))
  assert.doesNotMatch(told, /-X\b|x@mail|fwr_|127\.9/)
  const rows = await site.server.edge?.database
    .selectFrom('disclosure_reports')
    .selectAll()
    .execute()
  assert.doesNotMatch(JSON.stringify(rows), /127\.9|AGENT/)
})

test('an auditor learns of an embargoed report neither product nor state nor what it repeats', async (t) => {
  const site = await Site.open(t)
  await site.server.call('POST', '/products', { id: 'lumen-red' })
  const auditor = await signedIn(site.server, [{ role: 'auditor', product: '*' }])
  const [secret, open] = [await site.report(), await site.report()]
  const give = async (id: string, change: object) => {
    const path = `/disclosure/reports/${id}`
    const { status, body } = await site.officer.call('PATCH', path, change, { 'if-match': '*' })
    assert.equal(status, 200, JSON.stringify(body))
  }
  await give(secret.id, { product: 'lumen-red' })
  await site.move(secret.id, 'acknowledged', 'confirmed')
  await give(open.id, { isEmbargoed: false })
  await site.move(open.id, 'acknowledged', { state: 'duplicate', duplicateOf: secret.id })

  const { body: entries } = await auditor.call('GET', '/audit?limit=500')
  const of = (id: string) =>
    entries.filter(({ subject }: { subject?: string }) => subject === `disclosure/${id}`)
  assert.ok(of(secret.id).length >= 4)
  assert.doesNotMatch(JSON.stringify(of(secret.id)), /lumen-red|acknowledged|confirmed/)
  assert.doesNotMatch(JSON.stringify(of(open.id)), new RegExp(secret.id))
  assert.match(JSON.stringify(of(open.id)), /duplicate/)

  const seen = await auditor.call('GET', `/disclosure/reports/${open.id}`)
  assert.deepEqual([seen.body.state, seen.body.duplicateOf], ['duplicate', undefined])
  const { body: managed } = await site.officer.call('GET', `/disclosure/reports/${open.id}`)
  assert.equal(managed.duplicateOf, secret.id)
})
