/**
 * Mail as it leaves the server: a real SMTP server behind real TLS, the real outbox, and a clock that the test sets.
 * CRA P-057, P-133
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Role } from '../../src/accounts/permission.ts'
import type { NewMail } from '../../src/mail/mail.ts'
import { parseSettings } from '../../src/settings.ts'
import { type MailServerOptions, readMail, TestMailServer } from '../support/mail-server.ts'
import { signedIn, signIn, storesOf } from '../support/people.ts'
import { strangeAuthority } from '../support/test-authorities.ts'
import { TestServer } from '../support/test-server.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

class Site {
  readonly server: TestServer
  readonly mails: TestMailServer

  private constructor(server: TestServer, mails: TestMailServer) {
    this.server = server
    this.mails = mails
  }

  static async open(
    t: TestContext,
    settings: object = {},
    options: MailServerOptions = {},
  ): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-mail-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'password'), 'correct horse\n')
    await writeFile(join(folder, 'strange.pem'), (await strangeAuthority()).pem)
    const mails = await TestMailServer.start(t, options)
    const more = JSON.parse(JSON.stringify(settings).replaceAll('@folder', folder))
    const server = await TestServer.start(t, await mails.settings(folder, more))
    return new Site(server, mails)
  }

  get at(): number {
    return Math.floor(this.server.clock.at.getTime() / 1000)
  }

  add(more: Partial<NewMail> = {}): Promise<boolean> {
    return storesOf(this.server).mails.add({
      ...{ to: 'ada@example.com', subject: 'Hello', text: 'A line.', about: 'test 1', at: this.at },
      ...more,
    })
  }

  async later(ms: number): Promise<void> {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + ms)
    await this.server.keepBooks()
  }

  /** A person whose login is an address. */
  async person(login: string, role: Role, product = '*'): Promise<string> {
    const { accounts } = storesOf(this.server)
    const id = `acc-${Buffer.from(login).toString('hex').padEnd(16, '0').slice(0, 16)}`
    await accounts.add({
      ...{ id, kind: 'person', login, name: login, owner: undefined, breakGlass: false },
      ...{ createdAt: this.at, disabledAt: undefined, revision: 1 },
    })
    await accounts.grant({
      ...{ account: id, role, product, grantedAt: this.at, grantedBy: 'server' },
    })
    return id
  }
}

test('a mail goes out once, encrypted, with the headers that it has to have and no others', async (t) => {
  const site = await Site.open(
    t,
    {
      ...{ username: 'fleet', passwordFile: '@folder/password', fromName: 'Lumen Works' },
      replyTo: 'security@lumen.example',
    },
    { password: 'correct horse' },
  )
  assert.equal(await site.add({ subject: 'Grüße', text: 'Zwei\n.\nZeilen ü' }), true)
  assert.equal(await site.add(), false, 'the same is told to the same address once')
  await site.server.keepBooks()
  await site.later(DAY_MS)
  assert.equal(site.mails.received.length, 1)
  const [mail] = site.mails.received
  assert.ok(mail !== undefined)
  assert.deepEqual(
    [mail.from, mail.to, mail.isEncrypted, mail.user],
    ['updates@lumen.example', ['ada@example.com'], true, 'fleet'],
  )
  const { headers, text } = readMail(mail)
  assert.equal(text.trimEnd(), 'Zwei\n.\nZeilen ü')
  assert.deepEqual(headers.get('subject'), ['Grüße'])
  assert.deepEqual(headers.get('from'), ['Lumen Works <updates@lumen.example>'])
  assert.deepEqual(headers.get('reply-to'), ['security@lumen.example'])
  assert.deepEqual(headers.get('auto-submitted'), ['auto-generated'])
  assert.deepEqual(headers.get('content-type'), ['text/plain; charset=utf-8'])
  assert.match(headers.get('message-id')?.[0] ?? '', /^<[0-9a-f]{32}@lumen\.example>$/)
  for (const name of ['bcc', 'cc', 'list-unsubscribe', 'x-mailer'])
    assert.ok(!headers.has(name), name)
  const [kept] = await storesOf(site.server).mails.list({
    state: 'sent',
    before: undefined,
    limit: 9,
  })
  assert.deepEqual([kept?.text, kept?.attempts], ['', 1])
})

test('nothing that somebody wrote becomes a header or another recipient', async (t) => {
  const site = await Site.open(t)
  for (const to of [
    ...['a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com', '"a b"@example.com'],
    ...[
      'Ada <ada@example.com>',
      'a@b',
      '@example.com',
      'a@exa mple.com',
      `${'a'.repeat(65)}@example.com`,
    ],
  ]) {
    assert.equal(await site.add({ to }), false, to)
  }
  const subject = 'Update\r\nBcc: eve@example.com\u2028X: y\u0000'
  await site.add({ subject, text: '\r\n.\r\nRCPT TO:<eve@example.com>\r\n[[unsubscribe]]' })
  await site.server.keepBooks()
  assert.equal(site.mails.received.length, 1)
  const [mail] = site.mails.received
  assert.deepEqual(mail?.to, ['ada@example.com'])
  const { headers, text } = readMail(mail ?? assert.fail())
  assert.deepEqual(headers.get('subject'), ['Update Bcc: eve@example.com X: y'])
  assert.ok(!headers.has('bcc') && !headers.has('x'))
  assert.match(text, /RCPT TO:<eve@example\.com>\n\[\[unsubscribe\]\]/)
})

test('a file or an address in a text is text', async (t) => {
  const site = await Site.open(t)
  const written = JSON.stringify({ path: '/etc/passwd', href: 'http://127.0.0.1/' })
  await site.add({ text: written })
  await site.server.keepBooks()
  const { text } = readMail(site.mails.received[0] ?? assert.fail())
  assert.equal(text.trimEnd(), written)
})

test('a mail server that refuses for now is tried again with the same Message-ID, and a dead one is given up after days', async (t) => {
  const site = await Site.open(t)
  site.mails.answerTo = () => ({ code: 451, says: 'later' })
  await site.add()
  await site.server.keepBooks()
  await site.server.keepBooks()
  const { mails, events } = storesOf(site.server)
  const one = async () => (await mails.list({ state: undefined, before: undefined, limit: 9 }))[0]
  assert.deepEqual([(await one())?.state, (await one())?.attempts], ['waiting', 1])
  assert.match((await one())?.error ?? '', /later/)
  site.mails.answerTo = () => undefined
  site.mails.diesAfterTaking = true
  await site.later(HOUR_MS)
  site.mails.diesAfterTaking = false
  await site.later(7 * HOUR_MS)
  assert.equal((await one())?.state, 'sent')
  const ids = site.mails.received.map((mail) => readMail(mail).headers.get('message-id')?.[0])
  assert.equal(ids.length, 2)
  assert.equal(ids[0], ids[1])

  await site.add({ about: 'test 2' })
  await site.mails.stop()
  for (let day = 0; day < 5; day += 1) await site.later(DAY_MS)
  assert.equal((await one())?.state, 'given-up')
  assert.equal((await one())?.text, '')
  await site.server.keepBooks()
  const told = (await events.after(0, 500)).filter(({ type }) => type === 'mail.given-up')
  assert.deepEqual(
    told.map(({ data }) => data),
    [{ mail: (await one())?.id, about: 'test 2' }],
  )
})

test('an address that there is not is given up at once, and the others get theirs', async (t) => {
  const site = await Site.open(t)
  site.mails.answerTo = (to) =>
    to.startsWith('gone') ? { code: 550, says: 'no such user' } : undefined
  await site.add({ to: 'gone@example.com' })
  await site.add({ to: 'ada@example.com' })
  await site.server.keepBooks()
  const given = await storesOf(site.server).mails.list({
    state: 'given-up',
    before: undefined,
    limit: 9,
  })
  assert.deepEqual(
    given.map(({ to }) => to),
    ['gone@example.com'],
  )
  assert.match(given[0]?.error ?? '', /no such user/)
  assert.deepEqual(
    site.mails.received.map(({ to }) => to),
    [['ada@example.com']],
  )
})

const distrusted: [what: string, options: MailServerOptions, settings: object][] = [
  ['a certificate of another authority', {}, { caFile: '@folder/strange.pem' }],
  ['a certificate of another name', { hosts: ['mail.example.com'] }, {}],
  ['no TLS where STARTTLS is asked for', { security: 'plaintext' }, { security: 'starttls' }],
  ['no TLS where TLS is asked for', { security: 'plaintext' }, {}],
]
for (const [what, options, settings] of distrusted) {
  test(`no mail goes to a server with ${what}`, async (t) => {
    const site = await Site.open(t, settings, options)
    await site.add()
    await site.server.keepBooks()
    assert.equal(site.mails.received.length, 0)
    const [kept] = await storesOf(site.server).mails.list({
      state: 'waiting',
      before: undefined,
      limit: 1,
    })
    assert.match(kept?.error ?? '', /^E(TLS|SOCKET|CONNECTION|TIMEDOUT|PROTOCOL|NOTLS)/)
  })
}

test('STARTTLS is used where it is asked for', async (t) => {
  const site = await Site.open(t, { security: 'starttls' }, { security: 'starttls' })
  await site.add()
  await site.server.keepBooks()
  assert.deepEqual(
    site.mails.received.map(({ isEncrypted }) => isEncrypted),
    [true],
  )
})

test('one recipient gets so many a day and no more, but what is urgent', async (t) => {
  const site = await Site.open(t, { perRecipientAndDay: 3 })
  for (let number = 0; number < 6; number += 1) await site.add({ about: `test ${number}` })
  await site.server.keepBooks()
  const first = site.mails.received.length
  // Up to four are on their way at once.
  assert.ok(first >= 3 && first <= 6, `${first}`)
  for (let number = 6; number < 10; number += 1) await site.add({ about: `test ${number}` })
  await site.server.keepBooks()
  assert.equal(site.mails.received.length, first)
  await site.add({ about: 'urgent', isUrgent: true })
  await site.server.keepBooks()
  assert.equal(site.mails.received.length, first + 1)
  await site.later(DAY_MS + HOUR_MS)
  assert.ok(site.mails.received.length > first + 1)
})

const refusedSettings: [what: string, mail: object][] = [
  ['plaintext to somewhere else', { host: 'mail.example.com', security: 'plaintext' }],
  [
    'a name that is this machine only by its resolver',
    { host: 'localhost', security: 'plaintext' },
  ],
  ['a sender that is two', { from: 'a@example.com, b@example.com' }],
  ['a line break in the name', { fromName: 'a\r\nBcc: b' }],
  ['a name without a password', { username: 'fleet' }],
  ['a password in the file', { password: 'secret' }],
]
for (const [what, mail] of refusedSettings) {
  test(`settings are refused: ${what}`, () => {
    const settings = { dataFolder: '/x', host: ['localhost'] }
    const usual = { host: 'mail.example.com', from: 'a@example.com' }
    assert.throws(() => parseSettings({ ...settings, mail: { ...usual, ...mail } }), /mail/)
    parseSettings({ ...settings, mail: usual })
  })
}

test('deadlines are told by mail to those whose roles show them, and nobody else', async (t) => {
  const site = await Site.open(t)
  await site.server.call('POST', '/products', { id: 'lumen-red' })
  await site.person('olga@example.com', 'securityOfficer')
  await site.person('rene@example.com', 'releaseManager')
  await site.person('blue@example.com', 'securityOfficer', 'lumen-blue')
  const off = await site.person('otto@example.com', 'auditor')
  const otto = await storesOf(site.server).accounts.find(off)
  const call = await signIn(site.server, otto ?? assert.fail())
  const set = await call.call('POST', '/me/mail-topics', { off: ['deadline-near'] })
  assert.equal(set.status, 200, JSON.stringify(set.body))
  assert.equal(set.body.address, 'otto@example.com')
  const must = await call.call('POST', '/me/mail-topics', { off: ['deadline-passed'] })
  assert.equal(must.status, 400)
  await site.server.keepBooks()
  const { events } = storesOf(site.server)
  const data = { case: '0f3a5c7e9b1d2468', stage: 'earlyWarning', dueAt: site.at + 7_200 }
  const product = 'lumen-red'
  await events.add({
    at: site.at,
    type: 'case.deadline-near',
    product,
    data: { ...data, leadSeconds: 7_200 },
  })
  await site.server.keepBooks()
  await site.server.keepBooks()
  assert.deepEqual(
    site.mails.received.map(({ to }) => to[0]),
    ['olga@example.com'],
  )
  const { headers, text } = readMail(site.mails.received[0] ?? assert.fail())
  assert.match(
    headers.get('subject')?.[0] ?? '',
    /^Due in 2 hours: early warning of case 0f3a5c7e9b1d2468/,
  )
  assert.match(text, /is due 2026-11-21 02:00 UTC[\s\S]*fleetward cases submit /)
  await events.add({
    at: site.at,
    type: 'case.deadline-passed',
    product,
    data: { ...data, leadSeconds: 0 },
  })
  await site.server.keepBooks()
  assert.deepEqual(
    site.mails.received
      .slice(1)
      .map(({ to }) => to[0])
      .toSorted(),
    ['olga@example.com', 'otto@example.com'],
  )
})

test('without a mail server nothing is made, and what happened then is no news later', async (t) => {
  const server = await TestServer.start(t)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  await server.keepBooks()
  const { events, mails } = storesOf(server)
  const at = Math.floor(server.clock.at.getTime() / 1000)
  await events.add({ at, type: 'case.deadline-passed', data: { case: 'x', stage: 'x', dueAt: at } })
  await server.keepBooks()
  assert.equal(await mails.position(), await events.lastPosition())
  const status = await officer.call('GET', '/mails/status')
  assert.deepEqual(status.body, {
    ...{ isSetUp: false, waiting: 0, givenUp: 0, subscriptions: 0, unconfirmed: 0 },
  })
  const tried = await officer.call('POST', '/mails/test', { to: 'ada@example.com' })
  assert.deepEqual([tried.status, tried.body.code], [409, 'MAIL_NOT_SET_UP'])
  // What another part put there waits as long as any mail, and is given up with an event.
  await mails.add({ to: 'ada@example.com', subject: 's', text: 't', about: 'a', at })
  server.clock.at = new Date(server.clock.at.getTime() + 5 * DAY_MS)
  await server.keepBooks()
  assert.equal(await mails.count('given-up'), 1)
})

test('a test mail says what the mail server answered, and the list shows what waits', async (t) => {
  const site = await Site.open(t)
  const officer = await signedIn(site.server, [{ role: 'securityOfficer', product: '*' }])
  const sent = await officer.call('POST', '/mails/test', { to: 'Ada@Example.com' })
  assert.deepEqual([sent.status, sent.body], [200, { isSent: true }])
  assert.deepEqual(site.mails.received[0]?.to, ['ada@example.com'])
  site.mails.answerTo = () => ({ code: 550, says: 'no such user' })
  const refused = await officer.call('POST', '/mails/test', { to: 'gone@example.com' })
  assert.equal(refused.body.isSent, false)
  assert.match(refused.body.error, /no such user/)
  await site.add()
  const { body } = await officer.call('GET', '/mails?state=waiting')
  assert.deepEqual(
    [body.length, body[0].to, body[0].about, body[0].text],
    [1, 'ada@example.com', 'test 1', undefined],
  )
})
