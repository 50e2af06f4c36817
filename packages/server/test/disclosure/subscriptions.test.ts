/**
 * People outside who are told by mail: the real public listener, a real mail server, and a clock that the test sets.
 * CRA P-057, P-133, P-022, P-078
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { ASKED_PER_DAY_MAX_COUNT } from '../../src/subscriptions/subscription.ts'
import { PRODUCT } from '../support/desk.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { readMail, TestMailServer } from '../support/mail-server.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { type PublicAnswer, Stranger } from '../support/stranger.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const HOUR_MS = 3_600_000
const ADA = 'ada@example.com'

class Site {
  readonly server: TestServer
  readonly mails: TestMailServer

  private constructor(server: TestServer, mails: TestMailServer) {
    this.server = server
    this.mails = mails
  }

  static async open(t: TestContext): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-subscriptions-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const mails = await TestMailServer.start(t)
    const server = await TestServer.start(t, await mails.settings(folder), { startEdge })
    await server.keepBooks()
    return new Site(server, mails)
  }

  stranger(from?: string): Stranger {
    return new Stranger(this.server.running?.ports.public ?? 0, {}, from)
  }

  get at(): number {
    return Math.floor(this.server.clock.at.getTime() / 1000)
  }

  pass(ms: number): void {
    this.server.clock.at = new Date(this.server.clock.at.getTime() + ms)
  }

  ask(more: object = {}, from?: string): Promise<PublicAnswer> {
    return this.stranger(from).post('/subscribe', { address: ADA, product: PRODUCT, ...more })
  }

  /** Links in the newest mail to somebody, as paths. */
  link(to = ADA): string {
    const mail = this.mails.received.findLast(({ to: [first] }) => first === to)
    const { text } = readMail(mail ?? assert.fail(`no mail to ${to}`))
    const link = /https:\/\/[^/]+(\/(?:subscribe\/confirm|unsubscribe)\?\S+)/.exec(text)?.[1]
    return link ?? assert.fail(text)
  }

  async subscribed(more: { address?: string; device?: string } = {}): Promise<void> {
    assert.equal((await this.ask(more)).status, 200)
    await this.server.keepBooks()
    const done = await this.stranger().post(this.link(more.address), {})
    assert.equal(done.status, 200, done.text)
  }

  async happens(type: string, data: Record<string, string | number | string[]>, product = PRODUCT) {
    await storesOf(this.server).events.add({ at: this.at, type, product, data })
    // Ordered, made into a round, sent.
    for (let look = 0; look < 3; look += 1) await this.server.keepBooks()
  }

  /** Subjects of what came to somebody since. */
  subjects(to = ADA): string[] {
    return this.mails.received
      .filter(({ to: [first] }) => first === to)
      .map((mail) => readMail(mail).headers.get('subject')?.[0] ?? '')
  }
}

test('mails to strangers call a product as its public page does, and what shows nothing by the id that they wrote', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  const write = (path: string, body: object) =>
    site.server.call('POST', `/products/${PRODUCT}/${path}`, body, { 'if-match': '*' })
  assert.equal((await write('facts', { ...wholeFacts(), name: 'Lumen Secret Next' })).status, 200)
  await site.subscribed()
  const said = async () => {
    await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 12 })
    const page = await site.stranger().get(site.link())
    return [...site.mails.received.map((mail) => readMail(mail).text), page.text].join('\n')
  }
  const before = await said()
  assert.ok(before.includes(PRODUCT))
  assert.ok(!before.includes('Lumen Secret Next'), before)
  assert.equal((await write('information', { isPublic: true, language: 'en' })).status, 200)
  site.pass(HOUR_MS)
  assert.ok((await said()).includes('Lumen Secret Next'))
})

test('somebody subscribes, confirms with a button, is told, and ends it with one click', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  const form = await site.stranger().get('/subscribe?lang=de')
  assert.equal(form.status, 200)
  const asked = await new Stranger(site.server.running?.ports.public ?? 0, {
    'accept-language': 'de',
  }).post('/subscribe', { address: 'Ada@Example.com ', product: 'Lumen Gateway G1', device: '' })
  assert.equal(asked.status, 200, asked.text)
  await site.server.keepBooks()
  const [mail] = site.mails.received
  const { headers, text } = readMail(mail ?? assert.fail())
  assert.deepEqual(mail?.to, [ADA])
  assert.match(headers.get('subject')?.[0] ?? '', /^Bitte bestätigen/)
  assert.ok(!headers.has('list-unsubscribe'), 'there is nothing to unsubscribe from yet')

  const link = site.link()
  // Mail programs look into links by themselves.
  const seen = await site.stranger().get(link)
  assert.match(seen.text, /<button class="first">/)
  await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 12 })
  assert.equal(site.mails.received.length, 1, 'nothing before it is confirmed')
  assert.equal((await site.stranger().post(link, {})).status, 200)
  assert.equal((await site.stranger().post(link, {})).status, 200, 'pressing twice does no harm')

  await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 6 })
  assert.deepEqual(site.subjects().slice(1), [
    `Sicherheitsupdates für ${PRODUCT} enden in 6 Monaten`,
  ])
  const news = readMail(site.mails.received[1] ?? assert.fail())
  assert.match(news.text, /endet mit November 2027/)
  const unsubscribe = news.headers.get('list-unsubscribe')?.[0] ?? ''
  assert.match(unsubscribe, /^<https:\/\/[^>\s]+\/unsubscribe\?token=[^>\s]+>$/)
  assert.deepEqual(news.headers.get('list-unsubscribe-post'), ['List-Unsubscribe=One-Click'])
  assert.ok(unsubscribe.includes(site.link()), 'the same link in the text')

  assert.match((await site.stranger().get(site.link())).text, /<button class="first">/)
  const path = site.link()
  const ended = await site.stranger().post(path, 'List-Unsubscribe=One-Click')
  assert.equal(ended.status, 200)
  assert.equal((await site.stranger().post(path, '')).status, 200, 'ending twice does no harm')
  const database = site.server.edge?.database ?? assert.fail()
  const left = [
    ...(await database.selectFrom('subscriptions').selectAll().execute()),
    ...(await database.selectFrom('mails').selectAll().execute()),
  ]
  assert.equal(JSON.stringify(left).includes('ada@'), false, 'the address is gone')
  await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 1 })
  assert.equal(site.mails.received.length, 2)
  assert.equal(text.includes('[['), false)
  const entries = await database.selectFrom('audit_entries').selectAll().execute()
  assert.equal(JSON.stringify(entries).includes('ada@'), false)
})

test('the answer says nothing of what is known: product, device, address, number of tries', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  const database = site.server.edge?.database ?? assert.fail()
  await database
    .insertInto('devices')
    .values({ id: 'known-1', product: PRODUCT, cohort: 'pilots', enrolled_at: 1 })
    .execute()
  const answers = [
    await site.ask({ device: 'known-1' }),
    await site.ask({ device: 'nobody-1', address: 'bob@example.com' }),
    await site.ask({ product: 'no-such-product', address: 'cleo@example.com' }),
    await site.ask({ device: 'known-1' }),
    await site.ask(),
    await site.ask({ device: 'known-2' }),
    await site.ask({ device: 'known-3' }),
  ]
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 200),
  )
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
  await site.server.keepBooks()
  // Three to Ada, however often somebody asks; one to Bob, whose device there is not.
  assert.deepEqual(
    site.mails.received.map(({ to: [to] }) => to).toSorted(),
    [ADA, ADA, ADA, 'bob@example.com'],
    'asked twice in a second is asked once',
  )
})

test('who is subscribed, has too many or is unknown is answered the same, and nothing of it changes', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  await site.subscribed()
  const { subscriptions } = storesOf(site.server)
  for (let number = 0; number < 20; number += 1) {
    const wanted = { address: 'many@example.com', product: PRODUCT, device: `d-${number}` }
    await subscriptions.ask({ ...wanted, id: `m${number}`, language: 'en', askedAt: site.at })
  }
  const answers = []
  for (const address of [ADA, 'many@example.com', 'new@example.com']) {
    answers.push(await site.stranger().post('/subscribe?lang=de', { address, product: PRODUCT }))
  }
  const seen = answers.map(({ status, text, headers }) => {
    const { date: _, ...others } = headers
    return JSON.stringify([status, text, others])
  })
  assert.equal(new Set(seen).size, 1)
  await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 6 })
  assert.match(
    site.subjects().at(-1) ?? '',
    /^Security updates for .* end in 6 months/,
    'a stranger does not choose the language of what was confirmed',
  )
})

test('a flood of askings uses up half of a day, and who comes from elsewhere is still taken', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  assert.equal((await site.ask()).status, 200)
  const base = { subject: 'x', text: 'x', at: site.at, isUrgent: true }
  await storesOf(site.server).transaction(async ({ mails }) => {
    for (let number = 0; number < ASKED_PER_DAY_MAX_COUNT / 2; number += 1) {
      const to = `${number}@example.net`
      await mails.add({ ...base, to, about: `confirm x${number} ${site.at}` })
    }
  })
  const known = await site.ask({ address: 'a@example.com' })
  const unknown = await site.ask({ address: 'a@example.com', product: 'no-such-product' })
  assert.deepEqual([known.status, unknown.status], [503, 503])
  assert.equal(unknown.text.replaceAll('no-such-product', PRODUCT), known.text)
  const elsewhere = () => site.ask({ address: 'bob@example.com' }, '127.0.1.1')
  assert.equal((await elsewhere()).status, 200)
  assert.equal((await elsewhere()).status, 503)
  assert.ok((await storesOf(site.server).subscriptions.countOf('bob@example.com')) === 1)
})

test('what cannot be taken is said with what was typed, escaped, and makes nothing', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  for (const fields of [
    ...[
      { address: 'ada' },
      { address: '"><script>@example.com' },
      { address: 'a@example.com,b@c.de' },
    ],
    ...[{ product: '../x' }, { product: '' }, { device: 'x'.repeat(65) }, { more: 'x' }],
  ]) {
    const { status, text } = await site.ask(fields)
    assert.equal(status, 400, JSON.stringify(fields))
    assert.match(text, /role="alert"/)
    assert.ok(!text.includes('<script>'))
  }
  const elsewhere = await site
    .stranger()
    .post('/subscribe', { address: ADA, product: PRODUCT }, { 'sec-fetch-site': 'cross-site' })
  assert.equal(elsewhere.status, 403)
  assert.deepEqual(await storesOf(site.server).subscriptions.count(), { all: 0, unconfirmed: 0 })
})

test('a network that asks for much is slowed down', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  const tries = []
  for (let number = 0; number < 11; number += 1) {
    tries.push(await site.ask({ address: `a${number}@example.com` }))
  }
  assert.deepEqual(
    tries.map(({ status }) => status),
    [...Array(10).fill(200), 429],
  )
  assert.ok(Number(tries.at(-1)?.headers['retry-after']) > 0)
  assert.equal((await site.ask({ address: 'z@example.com' }, '127.0.0.2')).status, 200)
})

test('a link is over after a day, and the address with it; made up ones do nothing', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  await site.ask()
  await site.server.keepBooks()
  const first = site.link()
  site.pass(2 * HOUR_MS)
  await site.ask()
  await site.server.keepBooks()
  const second = site.link()
  assert.notEqual(first, second)
  assert.equal((await site.stranger().post(first, {})).status, 410, 'only the newest counts')
  const [id = ''] = /[0-9a-f]{16}/.exec(second) ?? []
  for (const token of [
    ...['', 'x', `${id}.${'A'.repeat(43)}`, `${id}.`],
    // What a link to confirm proves is no leave to end it.
    second.split('token=')[1]?.split('&')[0] ?? '',
  ]) {
    const { status } = await site.stranger().post(`/unsubscribe?token=${token}`, {})
    assert.equal(status, 404, token)
  }
  assert.equal((await storesOf(site.server).subscriptions.find(id))?.confirmedAt, undefined)
  site.pass(25 * HOUR_MS)
  assert.equal((await site.stranger().post(second, {})).status, 410)
  await site.server.keepBooks()
  assert.equal(await storesOf(site.server).subscriptions.find(id), undefined)
  const database = site.server.edge?.database ?? assert.fail()
  const mails = await database.selectFrom('mails').selectAll().execute()
  assert.equal(JSON.stringify(mails).includes(ADA), false)
})

test('owners are told of a security update and until when it can be postponed, by product and by device', async (t) => {
  const site = await Site.open(t)
  const { desk } = await site.server.product()
  const database = site.server.edge?.database ?? assert.fail()
  for (const [id, cohort] of [
    ['mine-1', 'everyone'],
    ['mine-2', 'pilots'],
  ] as const) {
    await database
      .insertInto('devices')
      .values({ id, product: PRODUCT, cohort, enrolled_at: 1, version: '1.4.3' })
      .execute()
    await database.insertInto('device_heads').values({ device: id }).execute()
  }
  await site.subscribed()
  await site.subscribed({ address: 'here@example.com', device: 'mine-1' })
  await site.subscribed({ address: 'later@example.com', device: 'mine-2' })
  await site.subscribed({ address: 'nobody@example.com', device: 'no-such-device' })
  const artifact = new Uint8Array(1000)
  const sbom = gatewaySbom('1.4.2').text
  await site.server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact, sbom }])
  const deadline = site.at + 30 * 86_400
  const begin = async (release: string, cohort: string, policy: object) => {
    const plan = { release, cohort, start: true, policy: { apply: 'ask', ...policy } }
    const { status, body } = await site.server.of('POST', '/rollouts', plan)
    assert.equal(status, 201, JSON.stringify(body))
    await site.server.running?.moveRollouts()
    for (let look = 0; look < 3; look += 1) await site.server.keepBooks()
  }
  await begin('1.4.3', 'everyone', { deadline })
  const news = (to: string) => site.subjects(to).slice(1)
  const subject = `Security update 1.4.3 for ${PRODUCT}`
  assert.deepEqual(news(ADA), [subject])
  assert.deepEqual(news('here@example.com'), [subject], 'whatever it runs')
  assert.deepEqual(news('nobody@example.com'), [subject], 'as if there were such a device')
  assert.deepEqual(news('later@example.com'), [], 'its turn has not come')
  const mail = site.mails.received.findLast(({ to: [to] }) => to === 'here@example.com')
  const { text } = readMail(mail ?? assert.fail())
  assert.match(text, /\(device mine-1\)/)
  assert.match(text, /it can be postponed until 21 December 2026 at 00:00 UTC\./)
  await begin('1.4.3', 'pilots', { deadline: deadline + 86_400 })
  assert.deepEqual(news('later@example.com'), [subject])
  assert.deepEqual(news(ADA), [subject], 'of one release once')
  assert.deepEqual(news('nobody@example.com'), [subject])
  assert.equal(site.mails.received.length, 4 + 4)
})

test('advisories and notices of a case reach confirmed subscribers of the product, and of no other', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  await site.server.call('POST', '/products', { id: 'lumen-blue' })
  await site.subscribed()
  const advisory = {
    advisory: 'LW-2026-001',
    title: 'Injection\r\nBcc: x@y.de',
    url: 'https://lumen.example/a',
  }
  await site.happens('advisory.published', advisory, 'lumen-blue')
  assert.equal(site.subjects().length, 1)
  await site.happens('advisory.published', advisory)
  await site.happens('advisory.updated', { ...advisory, version: 2 })
  const told = { case: '0f3a5c7e9b1d2468', position: 4, text: 'Take it off the net.' }
  await site.happens('case.users-told', { ...told, audience: 'impacted', versions: ['1.4.2'] })
  await site.happens('case.users-told', { ...told, audience: 'all' }, 'lumen-blue')
  assert.deepEqual(site.subjects().slice(1), [
    `Security advisory for ${PRODUCT}: Injection Bcc: x@y.de`,
    `Security advisory for ${PRODUCT}: Injection Bcc: x@y.de`,
    `Important for your security: ${PRODUCT}`,
  ])
  const { text } = readMail(site.mails.received.at(-1) ?? assert.fail())
  assert.match(
    text,
    /^This concerns lumen-gateway-g1 with version 1\.4\.2\.\n\nTake it off the net\.\n\n--\n/,
  )
})

test('an address that is dead three times over is forgotten', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  await site.subscribed()
  site.mails.answerTo = () => ({ code: 550, says: 'no such user' })
  for (const monthsBefore of [12, 6]) {
    await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore })
  }
  assert.equal((await storesOf(site.server).subscriptions.count()).all, 1)
  await site.happens('product.support-ending', { supportEndsOn: '2027-11', monthsBefore: 1 })
  assert.equal((await storesOf(site.server).subscriptions.count()).all, 0)
})

test('who manages mails sees and ends subscriptions; without a mail server nobody subscribes', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  await site.subscribed({ device: 'mine-1' })
  const officer = await signedIn(site.server, [{ role: 'securityOfficer', product: '*' }])
  const { body } = await officer.call('GET', `/subscriptions?product=${PRODUCT}`)
  assert.deepEqual(
    body.map((each: Record<string, unknown>) => [each.address, each.device, each.product]),
    [[ADA, 'mine-1', PRODUCT]],
  )
  assert.equal((await officer.call('DELETE', `/subscriptions/${body[0].id}`)).status, 204)
  assert.equal((await officer.call('DELETE', `/subscriptions/${body[0].id}`)).status, 404)

  const silent = await TestServer.start(t, {}, { startEdge })
  const form = await new Stranger(silent.running?.ports.public ?? 0).get('/subscribe')
  assert.equal(form.status, 404)
  assert.match(form.text, /MAIL_NOT_SET_UP/)
})

test('nobody puts a sentence of his into the mail that somebody else gets', async (t) => {
  const site = await Site.open(t)
  await site.server.product()
  const asked = await site.ask({ device: ' ). Look at https://evil.example (ref' })
  assert.equal(asked.status, 400)
  await site.server.keepBooks()
  assert.deepEqual(site.subjects(), [])
  assert.equal((await site.ask({ device: 'LG1-00017' })).status, 200)
})
