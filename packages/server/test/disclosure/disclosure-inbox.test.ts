/** What becomes of a report: its states, its times, who is thanked, and what it holds. CRA P-122, P-124a */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTACT, HOUR_MS, REPORT, Site } from '../support/disclosure-site.ts'
import { storesOf } from '../support/people.ts'

test('an anonymous report is taken, followed by its code, answered, fixed, published and thanked for', async (t) => {
  const site = await Site.open(t)
  const { code, id } = await site.report({ creditName: 'Mallory & Co' })
  const stranger = site.stranger()
  const follow = (fields: object = {}) =>
    stranger.post('/security/report/follow', { code, ...fields } as Record<string, string>)
  assert.match((await follow()).text, /received/)

  const { body: inbox } = await site.officer.call('GET', '/disclosure/reports')
  assert.deepEqual(
    inbox.map(({ title, state, isEmbargoed }: { [name: string]: unknown }) => [
      ...[title, state, isEmbargoed],
    ]),
    [[REPORT.title, 'received', true]],
  )
  await site.move(id, { state: 'acknowledged', answer: 'Thank you. <i>We look</i> into it.' })
  const path = `/disclosure/reports/${id}`
  await site.officer.call('POST', `${path}/messages`, { kind: 'note', text: 'it is the UDP thing' })
  const read = await follow()
  assert.match(read.text, /acknowledged, we look into it/)
  assert.match(read.text, /Thank you\. &lt;i&gt;We look&lt;\/i&gt; into it\./)
  assert.doesNotMatch(read.text, /UDP thing/, 'a note stays in the house')

  const written = await follow({ text: 'It is also in 1.4.1' })
  assert.match(written.text, /Your message has arrived/)
  const { body: full } = await site.officer.call('GET', path)
  assert.deepEqual(
    full.entries.map(({ kind, text }: { kind: string; text: string }) => [kind, text]),
    [
      ['state', 'received'],
      ['state', 'acknowledged'],
      ['answer', 'Thank you. <i>We look</i> into it.'],
      ['note', 'it is the UDP thing'],
      ['reporter', 'It is also in 1.4.1'],
    ],
  )
  await site.move(id, 'confirmed', 'fixing', 'fixed')
  assert.doesNotMatch((await stranger.get('/security/thanks')).text, /Mallory/)
  await site.move(id, 'published', 'closed')
  assert.match((await stranger.get('/security/thanks')).text, /<li>Mallory &amp; Co<\/li>/)
  const { text } = await stranger.get('/.well-known/security.txt')
  assert.match(text, /^Acknowledgments: https:\/\/\S+\/security\/thanks$/m)
  assert.deepEqual(await site.told(), [
    ...['disclosure.received', 'disclosure.moved', 'disclosure.reporterWrote'],
    ...Array.from({ length: 5 }, () => 'disclosure.moved'),
  ])
})

test('who did not ask to be thanked is not, and what is not published neither', async (t) => {
  const site = await Site.open(t)
  const silent = await site.report({ reporter: 'Silent Sam', contact: 'sam@example.com' })
  const wrong = await site.report({ creditName: 'Wrong Wendy' })
  const steps = ['acknowledged', 'confirmed', 'fixing', 'fixed', 'published'] as const
  await site.move(silent.id, ...steps)
  await site.move(wrong.id, 'invalid', 'closed')
  const { text } = await site.stranger().get('/security/thanks')
  assert.doesNotMatch(text, /Sam|Wendy/)
})

test('a report goes only where its state leads, and names the one that it repeats', async (t) => {
  const site = await Site.open(t)
  const { id } = await site.report()
  const other = await site.report()
  const move = async (body: object) => {
    const answer = await site.officer.call('POST', `/disclosure/reports/${id}/state`, body)
    return [answer.status, answer.body.code ?? answer.body.state]
  }
  assert.deepEqual(await move({ state: 'published' }), [409, 'REPORT_STATE_REFUSED'])
  assert.deepEqual(await move({ state: 'duplicate' }), [400, 'REQUEST_INVALID'])
  assert.deepEqual(await move({ state: 'duplicate', duplicateOf: id }), [400, 'REQUEST_INVALID'])
  const nobody = { state: 'duplicate', duplicateOf: '0'.repeat(16) }
  assert.deepEqual(await move(nobody), [404, 'NO_SUCH_REPORT'])
  assert.deepEqual(await move({ state: 'invalid', duplicateOf: other.id }), [
    ...[400, 'REQUEST_INVALID'],
  ])
  assert.deepEqual(await move({ state: 'duplicate', duplicateOf: other.id }), [200, 'duplicate'])
  const removed = await site.server.call('DELETE', `/disclosure/reports/${other.id}`)
  assert.deepEqual([removed.status, removed.body.code], [409, 'REPORT_STATE_REFUSED'])
  assert.equal((await site.server.call('DELETE', `/disclosure/reports/${id}`)).status, 204)
  assert.equal((await site.officer.call('GET', `/disclosure/reports/${id}`)).status, 404)
})

test('what nobody acknowledged or assessed in time is told of once each, and what was is not', async (t) => {
  const site = await Site.open(t, { contacts: [CONTACT], acknowledgeHours: 24, assessHours: 72 })
  await site.report()
  const seen = await site.report()
  await site.move(seen.id, 'acknowledged')
  const answered = await site.report()
  await site.move(answered.id, 'acknowledged', 'confirmed')
  const overdue = async () => {
    await site.server.keepBooks()
    const events = await storesOf(site.server).events.after(0, 500)
    return events
      .filter(({ type }) => type === 'disclosure.overdue')
      .map(({ data }) => (data as { what: string }).what)
  }
  site.later(24 * HOUR_MS)
  assert.deepEqual(await overdue(), [], 'not to the second')
  site.later(1_000)
  assert.deepEqual(await overdue(), ['acknowledgement'])
  assert.deepEqual(await overdue(), ['acknowledgement'])
  const { body } = await site.server.call('GET', '/disclosure/reports')
  assert.deepEqual(
    body.map((report: { overdue?: string }) => report.overdue),
    [undefined, undefined, 'acknowledgement'],
  )
  site.later(48 * HOUR_MS)
  assert.deepEqual(await overdue(), ['acknowledgement', 'assessment', 'assessment'])
  site.later(48 * HOUR_MS)
  assert.deepEqual(await overdue(), ['acknowledgement', 'assessment', 'assessment'])
})

test('a report that was opened again and found to be nothing is thanked for no more', async (t) => {
  const site = await Site.open(t)
  const { id } = await site.report({ creditName: 'A careful reader' })
  const thanked = async () =>
    (await site.stranger().get('/security/thanks')).text.includes('A careful reader')
  await site.move(id, 'acknowledged', 'confirmed', 'fixing', 'fixed', 'published', 'closed')
  assert.equal(await thanked(), true)
  await site.move(id, 'acknowledged', 'invalid', 'closed')
  assert.equal(await thanked(), false)
  // And found to be something after all.
  await site.move(id, 'acknowledged', 'confirmed', 'fixing', 'fixed', 'published')
  assert.equal(await thanked(), true)
})

test('opened again and again, a report is assessed within what is promised, counted from then', async (t) => {
  const site = await Site.open(t, { contacts: [CONTACT], acknowledgeHours: 24, assessHours: 72 })
  const { id } = await site.report()
  await site.move(id, 'acknowledged')
  for (let time = 0; time < 3; time += 1) {
    await site.move(id, 'invalid')
    site.later(HOUR_MS / 4)
    await site.move(id, 'acknowledged')
    const { body } = await site.officer.call('GET', `/disclosure/reports/${id}`)
    assert.equal(body.assessBy, Math.floor(site.server.clock.at.getTime() / 1000) + 72 * 3600)
  }
})

test('a full report still moves and is removed, and its last moves are shown', async (t) => {
  const site = await Site.open(t)
  const { id, code } = await site.report()
  const { disclosure } = storesOf(site.server)
  const at = Math.floor(site.server.clock.at.getTime() / 1000)
  for (let count = await disclosure.countEntries(id); count < 500; count += 1) {
    await disclosure.addEntry({ report: id, at, kind: 'note', by: undefined, text: 'a note' })
  }
  const path = `/disclosure/reports/${id}`
  const said = await site.officer.call('POST', `${path}/messages`, { kind: 'note', text: 'more' })
  assert.equal(said.body.code, 'REPORT_FULL')
  const written = await site.stranger().post('/security/report/follow', { code, text: 'more' })
  assert.match(written.text, /REPORT_FULL/)
  await site.move(id, 'acknowledged', 'invalid')
  const { body } = await site.officer.call('GET', path)
  const states = body.entries.filter(({ kind }: { kind: string }) => kind === 'state')
  assert.deepEqual(
    states.map(({ text }: { text: string }) => text),
    ['received', 'acknowledged', 'invalid'],
  )
  assert.equal(
    (await site.officer.call('DELETE', path, undefined, { 'if-match': '*' })).status,
    204,
  )
})
