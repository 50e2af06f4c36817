/**
 * Who reports a vulnerability and asks for it is told by mail when his report moves on: the real form, a real mail server,
 * and a clock that the test sets. CRA P-123, P-124
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DAY_MS, REPORT, Site } from '../support/disclosure-site.ts'
import { readMail, TestMailServer } from '../support/mail-server.ts'

const ADA = 'ada@example.com'
const FORM = '/security/report'
const FOLLOW = '/security/report/follow'

async function opened(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-reporter-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const mails = await TestMailServer.start(t)
  const site = await Site.open(t, undefined, await mails.settings(folder))
  await site.server.keepBooks()
  const mailsTo = async (address: string) => {
    await site.server.keepBooks()
    const own = mails.received.filter(({ to }) => to.includes(address))
    return own.map((mail) => {
      const { headers, text } = readMail(mail)
      return { subject: headers.get('subject')?.[0] ?? '', text }
    })
  }
  return { site, mailsTo }
}

test('who asked for it hears by mail that the report moved on, in his language, and the state only after the embargo', async (t) => {
  const { site, mailsTo } = await opened(t)
  const answer = await site
    .stranger()
    .post(`${FORM}?lang=de`, { ...REPORT, contact: ADA, mail: 'yes' })
  assert.equal(answer.status, 200, answer.text)
  const id = /fwr_([0-9a-f]{16})/.exec(answer.text)?.[1] ?? ''
  assert.deepEqual(await mailsTo(ADA), [], 'a form alone sends nobody a mail')

  await site.move(id, 'acknowledged')
  const [first, ...none] = await mailsTo(ADA)
  assert.deepEqual(none, [])
  assert.equal(first?.subject, `Ihre Meldung ${id}`)
  assert.match(first?.text ?? '', /\/security\/report\/follow\?lang=de/)
  assert.match(first?.text ?? '', /Solange die Meldung vertraulich ist/)
  assert.doesNotMatch(first?.text ?? '', /anerkannt|Eingang|Stand:|lamp|UDP|Lumen|1\.4\.2|fwr_/i)

  await site.officer.call(
    'PATCH',
    `/disclosure/reports/${id}`,
    { isEmbargoed: false },
    { 'if-match': '*' },
  )
  await site.move(id, 'confirmed')
  const [, second] = await mailsTo(ADA)
  assert.match(second?.text ?? '', /Stand: als Schwachstelle anerkannt\./)
  assert.doesNotMatch(second?.text ?? '', /lamp|UDP|Lumen|1\.4\.2|fwr_/i)
})

test('at most three mails a day come of one report, and those of another are counted apart', async (t) => {
  const { site, mailsTo } = await opened(t)
  const wish = { contact: ADA, mail: 'yes' }
  const { id } = await site.report(wish)
  const other = await site.report(wish)
  await site.move(id, 'acknowledged', 'confirmed', 'fixing', 'confirmed', 'fixing')
  await site.move(other.id, 'acknowledged')
  const subjects = (await mailsTo(ADA)).map(({ subject }) => subject)
  assert.deepEqual(
    subjects.toSorted(),
    [...Array(3).fill(`Your report ${id}`), `Your report ${other.id}`].toSorted(),
  )
  site.later(DAY_MS + 1_000)
  await site.officer.call('GET', '/me')
  await site.server.keepBooks()
  assert.equal((await mailsTo(ADA)).length, 4, 'what was beyond is not sent later')
})

test('nobody who did not ask is written to, nor who ended it on the page of the report', async (t) => {
  const { site, mailsTo } = await opened(t)
  const silent = await site.report({ contact: 'bob@example.com' })
  const { code, id } = await site.report({ contact: ADA, mail: 'yes' })
  const page = await site.stranger().post(FOLLOW, { code })
  assert.match(page.text, /name="mail" value="no"/)
  const ended = await site.stranger().post(FOLLOW, { code, mail: 'no' })
  assert.equal(ended.status, 200)
  assert.doesNotMatch(ended.text, /name="mail"/)
  await site.move(silent.id, 'acknowledged')
  await site.move(id, 'acknowledged')
  assert.deepEqual([await mailsTo(ADA), await mailsTo('bob@example.com')], [[], []])
})

test('who asks for mails gives an address, and the form says so beside its field', async (t) => {
  const { site } = await opened(t)
  for (const contact of ['', '@ada:example.com', 'a@b.c, d@e.f', 'ada@example.com\nBcc: x@y.z']) {
    const { status, text } = await site.stranger().post(FORM, { ...REPORT, contact, mail: 'yes' })
    assert.deepEqual([status, text.includes('id="contact-mistake"')], [400, true], contact)
    assert.match(text, /name="mail" value="yes"[^>]* checked/)
  }
})

test('a server without mail offers none, and takes the report all the same', async (t) => {
  const site = await Site.open(t)
  assert.doesNotMatch((await site.stranger().get(FORM)).text, /name="mail"/)
  const { code, id } = await site.report({ contact: ADA, mail: 'yes' })
  assert.doesNotMatch((await site.stranger().post(FOLLOW, { code })).text, /name="mail"/)
  const { body } = await site.officer.call('GET', `/disclosure/reports/${id}`)
  assert.deepEqual([body.contact, body.isToldByMail], [ADA, false])
})
