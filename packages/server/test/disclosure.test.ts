/**
 * Coordinated disclosure as strangers and the people of the house meet it: the real public listener, the real operator
 * API, and a clock that the test sets. CRA P-122, P-123, P-124, P-124a, P-125
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../src/accounts/permission.ts'
import { rightsOf } from '../src/accounts/rights.ts'
import { startEdge } from '../src/edge.ts'
import { mayHear } from '../src/events/who-hears.ts'
import { type Caller, signedIn, storesOf } from './support/people.ts'
import { readSecurityText } from './support/security-text-parser.ts'
import { Stranger } from './support/stranger.ts'
import { TestServer } from './support/test-server.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const CONTACT = 'mailto:security@example.com'
const KEY =
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZabc+/==\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n'
const REPORT = {
  title: 'The lamp takes any firmware',
  text: 'Send it a file over UDP 4711.\nIt installs it.',
  affected: 'Lumen Lamp',
  version: '1.4.2',
}

type Ending = Parameters<typeof TestServer.start>[0]

class Site {
  readonly server: TestServer
  readonly officer: Caller

  private constructor(server: TestServer, officer: Caller) {
    this.server = server
    this.officer = officer
  }

  static async open(t: Ending, settings: object = { contacts: [CONTACT] }): Promise<Site> {
    const server = await TestServer.start(t, {}, { startEdge })
    const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
    const site = new Site(server, officer)
    if (Object.keys(settings).length > 0) await site.set(settings)
    return site
  }

  async set(settings: object): Promise<void> {
    const { status, body } = await this.server.call('PATCH', '/disclosure/settings', settings)
    assert.equal(status, 200, JSON.stringify(body))
  }

  stranger(headers: Record<string, string> = {}, from?: string): Stranger {
    return new Stranger(this.server.running?.ports.public ?? 0, headers, from)
  }

  /** Sends a report; its follow-up code and id. */
  async report(fields: object = {}): Promise<{ code: string; id: string }> {
    const { status, text } = await this.stranger().post('/security/report', {
      ...REPORT,
      ...fields,
    })
    assert.equal(status, 200, text)
    const code = /fwr_[\w-]+/.exec(text)?.[0] ?? ''
    return { code, id: code.split('_')[1] ?? '' }
  }

  async move(id: string, ...states: readonly (string | object)[]): Promise<void> {
    for (const state of states) {
      const body = typeof state === 'string' ? { state } : state
      const answer = await this.officer.call('POST', `/disclosure/reports/${id}/state`, body)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
    }
  }

  /** Types of all events so far. */
  async told(): Promise<string[]> {
    await this.server.keepBooks()
    const events = await storesOf(this.server).events.after(0, 500)
    return events.map(({ type }) => type).filter((type) => type.startsWith('disclosure.'))
  }

  later(ms: number): void {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + ms)
  }
}

test('until somebody says where reports go, nothing is promised, and the answer says what to do', async (t) => {
  const site = await Site.open(t, {})
  const stranger = site.stranger()
  const file = await stranger.get('/.well-known/security.txt')
  assert.equal(file.status, 404)
  assert.equal(JSON.parse(file.text).code, 'DISCLOSURE_NOT_SET_UP')
  assert.match(file.text, /fleetward disclosure contact/)
  for (const path of ['/security/', '/security/report', '/security/report/follow']) {
    const page = await stranger.get(path)
    assert.equal(page.status, 404, path)
    assert.match(page.text, /DISCLOSURE_NOT_SET_UP/)
  }
  assert.equal((await stranger.post('/security/report', REPORT)).status, 404)
  const { body } = await site.officer.call('GET', '/disclosure/settings')
  assert.deepEqual([body.isSetUp, body.securityText, body.revision], [false, undefined, 0])
})

test('security.txt is what RFC 9116 asks for, and moves its end on by itself', async (t) => {
  const site = await Site.open(t, {
    contacts: [CONTACT, 'https://example.com/security'],
    ...{ publicUrl: 'https://updates.example.com', languages: ['en', 'de'], publicKey: KEY },
  })
  const read = async () => {
    const { status, headers, text } = await site.stranger().get('/.well-known/security.txt')
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    return readSecurityText(text, site.server.clock.at)
  }
  const fields = await read()
  assert.deepEqual(Object.fromEntries([...fields].filter(([name]) => name !== 'expires')), {
    contact: [
      ...[CONTACT, 'https://example.com/security'],
      'https://updates.example.com/security/report',
    ],
    encryption: ['https://updates.example.com/security/key.asc'],
    'preferred-languages': ['en, de'],
    canonical: ['https://updates.example.com/.well-known/security.txt'],
    policy: ['https://updates.example.com/security/'],
  })
  const key = await site.stranger().get('/security/key.asc')
  assert.deepEqual([key.status, key.text], [200, KEY])

  for (let day = 0; day < 400; day += 20) {
    site.later(20 * DAY_MS)
    await site.server.keepBooks()
    // The reader fails when it is over, or ends in more than a year.
    const left =
      Date.parse((await read()).get('expires')?.[0] ?? '') - site.server.clock.at.getTime()
    assert.ok(left >= 40 * DAY_MS, `${left / DAY_MS} days left`)
  }
})

test('what somebody set elsewhere stands in security.txt in place of ours', async (t) => {
  const site = await Site.open(t, {
    ...{ contacts: [CONTACT], policyUrl: 'https://example.com/policy' },
    encryptionUrl: 'openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f',
    acknowledgmentsUrl: 'https://example.com/thanks',
  })
  const { text } = await site.stranger().get('/.well-known/security.txt')
  const fields = readSecurityText(text, site.server.clock.at)
  assert.deepEqual(fields.get('policy'), ['https://example.com/policy'])
  assert.deepEqual(fields.get('acknowledgments'), ['https://example.com/thanks'])
  assert.match(fields.get('encryption')?.[0] ?? '', /^openpgp4fpr:/)
  assert.match(fields.get('canonical')?.[0] ?? '', /^https:\/\/updates\.example\.com:\d+\/\.well/)
})

const badSettings: [what: string, settings: object][] = [
  ['a contact that is no URI', { contacts: ['security@example.com'] }],
  ['a contact without TLS', { contacts: ['http://example.com/'] }],
  ['a script as contact', { contacts: ['javascript:alert(1)'] }],
  ['a second field in a contact', { contacts: ['mailto:a@example.com\nExpires: 2099-01-01'] }],
  ['a password in an address', { policyUrl: 'https://user:secret@example.com/' }],
  ['a path behind the origin', { publicUrl: 'https://example.com/fleet' }],
  ['a language that is none', { languages: ['english please'] }],
  ['a private key', { publicKey: KEY.replaceAll('PUBLIC', 'PRIVATE') }],
  [
    'a private key between two public ones',
    { publicKey: KEY + KEY.replaceAll('PUBLIC', 'PRIVATE') + KEY },
  ],
  ['markup for a key', { publicKey: '<script>' }],
  ['two lines for a name', { organisation: 'a\nb' }],
  ['no time at all', { acknowledgeHours: 0 }],
  ['more than a promise', { assessHours: 2_161 }],
  ['an assessment before the acknowledgement', { acknowledgeHours: 48, assessHours: 47 }],
  ['one that comes before what is kept', { assessHours: 24 }],
]
test('settings that would break the file or mislead reporters are refused', async (t) => {
  const site = await Site.open(t)
  for (const [what, settings] of badSettings) {
    const { status, body } = await site.server.call('PATCH', '/disclosure/settings', settings)
    assert.deepEqual([status, body.code], [400, 'REQUEST_INVALID'], what)
  }
  const { body } = await site.officer.call('GET', '/disclosure/settings')
  assert.deepEqual([body.contacts, body.revision], [[CONTACT], 1])
})

test('who changes the contact needs a fresh proof and the revision he saw', async (t) => {
  const site = await Site.open(t)
  const stale = await signedIn(site.server, [{ role: 'securityOfficer', product: '*' }], {
    provedAgo: 3_600,
  })
  const change = { bounty: true }
  const ifMatch = { 'if-match': '"1"' }
  const unproved = await stale.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.deepEqual([unproved.status, unproved.body.code], [403, 'STEP_UP_REQUIRED'])
  const blind = await site.officer.call('PATCH', '/disclosure/settings', change)
  assert.deepEqual([blind.status, blind.body.code], [428, 'IF_MATCH_MISSING'])
  const seen = await site.officer.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.equal(seen.status, 200)
  const late = await site.officer.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.deepEqual([late.status, late.body.code], [412, 'REVISION_CHANGED'])
})

test('the public pages have no script, say who they are for, and lead to each other in three languages', async (t) => {
  const site = await Site.open(t, {
    ...{ contacts: [CONTACT], organisation: 'Lumen <b>Works</b> & "Sons"', publicKey: KEY },
    acknowledgeHours: 120,
  })
  for (const [language, words] of [
    ['en', 'Coordinated vulnerability disclosure'],
    ['de', 'Koordinierte Offenlegung'],
    ['fr', 'Divulgation coordonnée'],
  ] as const) {
    const { status, headers, text } = await site
      .stranger({ 'accept-language': language })
      .get('/security/')
    assert.equal(status, 200)
    assert.ok(text.includes(words), language)
    assert.ok(text.includes(`<html lang="${language}">`))
    assert.ok(text.includes('Lumen &lt;b&gt;Works&lt;/b&gt; &amp; &quot;Sons&quot;'))
    assert.doesNotMatch(text, /<script|<b>| style=|\{\w+\}/)
    assert.match(text, /href="mailto:security@example\.com"/)
    assert.match(text, /href="\/security\/key\.asc"/)
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; style-src 'self'/,
    )
    assert.equal(headers['set-cookie'], undefined)
    assert.equal(headers['cache-control'], 'no-store')
  }
  const chosen = await site.stranger({ 'accept-language': 'en' }).get('/security/?lang=fr')
  assert.match(chosen.text, /<html lang="fr">/)
  assert.match(chosen.text, /href="\/security\/report\?lang=fr"/)
  assert.equal((await site.stranger().get('/security')).headers.location, '/security/')
  // Each link of our own leads somewhere.
  const { text } = await site.stranger().get('/security/')
  const links = new Set([...text.matchAll(/href="(\/[^"]*)"/g)].map(([, path = '']) => path))
  assert.ok(links.size >= 8)
  for (const path of links) assert.equal((await site.stranger().get(path)).status, 200, path)
})

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
  const everywhere = { permission: 'disclosure.manage', product: '*' }
  assert.deepEqual(dropped?.body.facts, everywhere)
  const settings = await red?.call('PATCH', '/disclosure/settings', {}, { 'if-match': '*' })
  assert.deepEqual([settings?.status, settings?.body.facts], [403, everywhere])
  const theirs = await signedIn(site.server, [{ role: 'auditor', product: 'lumen-red' }])
  const said = await theirs.call('POST', `/disclosure/reports/${id}/messages`, { text: 'x' })
  assert.deepEqual([said.status, said.body.facts], [403, { permission: 'disclosure.manage' }])
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
