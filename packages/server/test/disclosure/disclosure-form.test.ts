/** The form for reports and the page to follow one, as strangers meet them: the real public listener. CRA P-123, P-124 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR_MS, REPORT, Site } from '../support/disclosure-site.ts'

test('a page that shows what is shown once leads to no other language, and says not to be loaded again', async (t) => {
  const site = await Site.open(t)
  const stranger = site.stranger()
  const sent = await stranger.post('/security/report?lang=de', REPORT)
  const code = /fwr_[\w-]+/.exec(sent.text)?.[0] ?? ''
  assert.doesNotMatch(sent.text, /hreflang/)
  assert.match(sent.text, /Laden Sie diese Seite nicht neu/)
  const followed = await stranger.post('/security/report/follow', { code })
  assert.equal(followed.status, 200)
  assert.doesNotMatch(followed.text, /hreflang/)
  for (const path of ['/security/report', '/security/report/follow']) {
    assert.match((await stranger.get(path)).text, /hreflang="fr"/)
  }
})

test('a message that a page sends again is taken once, and the same words after an answer are a new one', async (t) => {
  const site = await Site.open(t)
  const { code, id } = await site.report()
  const write = async (text: string) => {
    const { status, text: page } = await site
      .stranger()
      .post('/security/report/follow', { code, text })
    assert.deepEqual([status, page.includes('Your message has arrived')], [200, true])
  }
  const inbox = async () => (await site.officer.call('GET', '/disclosure/reports')).body[0]
  const seconds = () => Math.floor(site.server.clock.at.getTime() / 1000)
  assert.equal((await inbox()).reporterWroteAt, undefined)
  await write('Yes.')
  const wroteAt = seconds()
  await site.move(id, 'acknowledged')
  await site.officer.call('POST', `/disclosure/reports/${id}/messages`, {
    ...{ kind: 'note', text: 'notes answer nobody' },
  })
  site.later(60_000)
  await write(' Yes.\r\n')
  assert.equal((await inbox()).reporterWroteAt, wroteAt, 'nobody has answered')
  await write('Yes, and in 1.3.')
  const path = `/disclosure/reports/${id}`
  const { body } = await site.officer.call('POST', `${path}/messages`, { text: 'In 1.2 too?' })
  assert.equal(body.reporterWroteAt, undefined)
  assert.equal((await inbox()).reporterWroteAt, undefined)
  await write('Yes, and in 1.3.')
  const { body: full } = await site.officer.call('GET', path)
  assert.deepEqual(
    full.entries
      .filter(({ kind }: { kind: string }) => kind === 'reporter')
      .map(({ text }: { text: string }) => text),
    ['Yes.', 'Yes, and in 1.3.', 'Yes, and in 1.3.'],
  )
  assert.equal(full.reporterWroteAt, seconds())
  const told = await site.told()
  assert.equal(told.filter((type) => type === 'disclosure.reporterWrote').length, 3)
})

test('a field that is refused is marked, and says what is wrong with it', async (t) => {
  const site = await Site.open(t)
  const { status, text } = await site
    .stranger()
    .post('/security/report', { title: 'x'.repeat(201), text: ' ', reporter: 'Ada' })
  assert.equal(status, 400)
  assert.match(
    text,
    /<input[^>]* id="title"[^>]* aria-describedby="title-mistake" aria-invalid="true"/,
  )
  assert.match(text, /<p class="mistake" id="title-mistake">This is too long: at most 200 char/)
  assert.match(text, /<textarea[^>]* aria-describedby="text-mistake text-hint" aria-invalid="true"/)
  assert.match(text, /<p class="mistake" id="text-mistake">This has to be filled in\./)
  assert.equal(text.match(/aria-invalid/g)?.length, 2)
  const wrong = await site.stranger().post('/security/report/follow', { code: 'fwr_x' })
  assert.match(wrong.text, /id="code"[^>]* aria-invalid="true"[\s\S]*No report has this code/)
  assert.doesNotMatch((await site.stranger().get('/security/report')).text, /aria-invalid|mistake/)
})

test('a form of another kind is told how it is sent, and where nothing is there is a page', async (t) => {
  const site = await Site.open(t)
  const json = await site
    .stranger()
    .post('/security/report', '{}', { 'content-type': 'application/json' })
  assert.equal(json.status, 415)
  assert.match(json.text, /has to be sent as application\/x-www-form-urlencoded/)
  for (const path of ['policy', 'report/', 'report/x/y', '.env', 'key.asc', 'a%2F..']) {
    const { status, headers, text } = await site.stranger().get(`/security/${path}`)
    assert.deepEqual([status, headers['content-type']], [404, 'text/html; charset=utf-8'], path)
    assert.match(text, /There is nothing at this address\. The links above lead on\./)
    assert.match(text, /href="\/security\/report"/)
    assert.doesNotMatch(text, /hreflang|\*/)
  }
  const elsewhere = await site.stranger().get('/nowhere')
  assert.equal(elsewhere.headers['content-type'], 'application/problem+json')
})

test('the follow-up code is shown once, stored as a digest, and any other code opens nothing', async (t) => {
  const site = await Site.open(t)
  const { code, id } = await site.report()
  const rows = await site.server.edge?.database
    .selectFrom('disclosure_reports')
    .selectAll()
    .execute()
  assert.ok(rows?.length === 1 && !JSON.stringify(rows).includes(code.slice(-43)))
  const other = await site.report()
  for (const wrong of [
    ...['', 'fwr_', id, `${code}x`, code.toUpperCase(), code.replace('fwr', 'fwt'), "' OR 1=1 --"],
    // Somebody else's id with one's own secret.
    `fwr_${other.id}_${code.slice(-43)}`,
  ]) {
    const { status, text } = await site
      .stranger({}, '127.0.1.1')
      .post('/security/report/follow', { code: wrong })
    assert.equal(status, 403, wrong)
    assert.match(text, /REPORT_CODE_WRONG/)
    assert.doesNotMatch(text, /lamp/)
  }
})

test('who guesses codes is slowed, and the reporter beside him is not', async (t) => {
  const site = await Site.open(t)
  const { code } = await site.report()
  const statuses: number[] = []
  const guesser = site.stranger({}, '127.0.2.1')
  for (let tried = 0; tried < 12; tried += 1) {
    const wrong = `fwr_${'0'.repeat(16)}_${'A'.repeat(43)}`
    statuses.push((await guesser.post('/security/report/follow', { code: wrong })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(403), 429, 429])
  assert.equal((await guesser.post('/security/report/follow', { code })).status, 429)
  assert.equal((await site.stranger().post('/security/report/follow', { code })).status, 200)
  site.later(HOUR_MS)
  assert.equal((await guesser.post('/security/report/follow', { code })).status, 200)
})

test('who floods the form is slowed by his address, and others still get through', async (t) => {
  const site = await Site.open(t)
  const flooder = site.stranger({}, '127.0.3.1')
  const statuses: number[] = []
  for (let sent = 0; sent < 7; sent += 1) {
    statuses.push((await flooder.post('/security/report', REPORT)).status)
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429])
  const { headers, text } = await flooder.post('/security/report', REPORT)
  assert.ok(Number(headers['retry-after']) > 0)
  // He is told another way, and what he typed is not lost.
  assert.match(text, /mailto:security@example\.com/)
  assert.match(text, /The lamp takes any firmware/)
  assert.equal((await site.stranger({}, '127.0.4.1').post('/security/report', REPORT)).status, 200)
  site.later(HOUR_MS)
  assert.equal((await flooder.post('/security/report', REPORT)).status, 200)
})

const badForms: [
  what: string,
  body: string | Record<string, string>,
  status: number,
  code: string,
][] = [
  ['nothing', '', 400, 'REQUEST_INVALID'],
  ['no text', { title: 'a' }, 400, 'REQUEST_INVALID'],
  ['blanks alone', { title: ' \t ', text: ' \n ' }, 400, 'REQUEST_INVALID'],
  ['what nobody sees', { title: '\u200b\u202e', text: 'a' }, 400, 'REQUEST_INVALID'],
  ['a field that nobody knows', { ...REPORT, isAdmin: '1' }, 400, 'REQUEST_INVALID'],
  ['a prototype', { ...REPORT, __proto__x: '1' }, 400, 'REQUEST_INVALID'],
  ['a field twice', 'title=a&title=b&text=c', 400, 'REQUEST_INVALID'],
  ['a long title', { ...REPORT, title: 'x'.repeat(201) }, 400, 'REQUEST_INVALID'],
  ['a long text', { ...REPORT, text: 'x'.repeat(20_001) }, 400, 'REQUEST_INVALID'],
  ['a long name', { ...REPORT, reporter: 'x'.repeat(201) }, 400, 'REQUEST_INVALID'],
  ['too much', { ...REPORT, text: 'x'.repeat(300_000) }, 413, 'BODY_TOO_LARGE'],
]
test('a form that is not ours, or says nothing, or too much, is refused and leaves nothing', async (t) => {
  const site = await Site.open(t)
  const stranger = site.stranger()
  for (const [what, body, status, code] of badForms) {
    const answer = await stranger.post('/security/report', body)
    assert.deepEqual([answer.status, answer.text.includes(code)], [status, true], what)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
  }
  for (const [type, status] of [
    ['application/json', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain', 415],
  ] as const) {
    const answer = await stranger.post('/security/report', '{}', { 'content-type': type })
    assert.equal(answer.status, status, type)
  }
  const gzip = { 'content-encoding': 'gzip' }
  assert.equal((await stranger.post('/security/report', 'title=a&text=b', gzip)).status, 415)
  const foreign = { 'sec-fetch-site': 'cross-site' }
  assert.equal((await stranger.post('/security/report', REPORT, foreign)).status, 403)
  const { body } = await site.officer.call('GET', '/disclosure/reports')
  assert.deepEqual(body, [])
})

test('what a stranger writes is shown as text, and steers neither a browser nor a terminal', async (t) => {
  const site = await Site.open(t)
  const evil = {
    title: '"><script>alert(1)</script>\u001b[2J',
    text: '</textarea><img src=x onerror=alert(1)>\r\n\u202egnp.exe\u0000\u2066{{7*7}}',
    reporter: 'a\r\nBcc: b@example.com',
    creditName: '<u>me</u>',
  }
  const { code, id } = await site.report(evil)
  const { text } = await site.stranger().post('/security/report/follow', { code })
  assert.ok(!/<script|<img/.test(text) && !text.includes('\u001b'))
  const { body } = await site.officer.call('GET', `/disclosure/reports/${id}`)
  assert.equal(body.title, '"><script>alert(1)</script>[2J')
  assert.equal(body.text, '</textarea><img src=x onerror=alert(1)>\ngnp.exe{{7*7}}')
  assert.equal(body.reporter, 'a Bcc: b@example.com')
  // A form that is shown again holds what was typed, as text.
  const again = await site.stranger().post('/security/report', { ...evil, title: '' })
  assert.equal(again.status, 400)
  assert.doesNotMatch(again.text, /<img|<\/textarea><img|<u>/)
})
