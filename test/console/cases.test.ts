/** Cases of Article 14 at the console: opened, reported and read, in a real browser before a real server. CRA P-004 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { VULNERABILITY } from '../../packages/server/test/support/case-desk.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { aRelease, importFresh } from '../../packages/server/test/support/gated.ts'
import { type Caller, signedIn } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit, type Visitor } from './support/visit.ts'

const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const HOUR_SECONDS = 3600
const HOSTILE = '<img src=x onerror=alert(1)>'

const browser = await openBrowser()
after(() => browser.close())

async function officeWith(t: { after(end: () => unknown): void }, look: Visitor = {}) {
  const server = await TestServer.start(t, {}, { at: new Date() })
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  const visit = await Visit.open(browser, server, { grants: OFFICER, ...look })
  return { server, visit, officer: await signedIn(server, OFFICER) }
}

async function opened(officer: Caller, more: object = {}): Promise<string> {
  const { status, body } = await officer.call('POST', '/cases', { ...VULNERABILITY, ...more })
  assert.equal(status, 201, JSON.stringify(body))
  return body.id
}

async function recorded(officer: Caller, id: string, ...acts: readonly object[]): Promise<void> {
  for (const act of acts) {
    const { status, body } = await officer.call('POST', `/cases/${id}/events`, act, {
      'if-match': '*',
    })
    assert.equal(status, 200, JSON.stringify(body))
  }
}

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds
/** As a field takes it, in the zone of the browser. */
const localText = (seconds: number) => {
  const at = new Date((seconds - new Date().getTimezoneOffset() * 60) * 1000)
  return at.toISOString().slice(0, 19)
}

test('a case is opened, its clock runs from awareness, and its early warning is recorded as submitted', async (t) => {
  const { visit } = await officeWith(t)
  const { page } = visit
  await visit.at('/cases')
  await page.getByRole('link', { name: 'Open a case' }).click()
  await page.getByLabel('Kind (needed)').selectOption('vulnerability')
  await page.getByLabel('Title (needed)').fill(VULNERABILITY.title)
  await page.getByLabel('Versions').fill('1.4.1\n1.4.2')
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Open a case' }).click()
  await page.getByRole('heading', { level: 1, name: VULNERABILITY.title }).waitFor()

  await page.getByRole('link', { name: 'Mark as exploited' }).click()
  await page.getByLabel('Evidence (needed)').fill('Listed in KEV')
  await page.getByRole('button', { name: 'Mark as exploited' }).click()
  await page.getByRole('link', { name: 'Record awareness' }).click()
  const awareAt = secondsAgo(HOUR_SECONDS)
  await page.getByLabel('Aware since (needed)').fill(localText(awareAt))
  await page.getByLabel('Evidence (needed)').fill('A call')
  await page.getByRole('button', { name: 'Record awareness' }).click()

  const clock = page.getByRole('article').filter({ hasText: 'Early warning' })
  await clock.getByText('Running').waitFor()
  await shows(() => clock.innerText(), /\d+ hrs .*left/)
  const due = await clock.locator('time').first().getAttribute('datetime')
  assert.equal(Date.parse(due ?? '') / 1000, awareAt + 24 * HOUR_SECONDS)
  await page.getByText('The portal will not take it yet.').waitFor()

  await page.getByRole('link', { name: 'Record a submission' }).first().click()
  const submission = page.getByRole('region', { name: 'Record what happened' })
  await shows(() => submission.getByLabel('Stage (needed)').inputValue(), 'earlyWarning')
  await submission.getByLabel('Submitted (needed)').fill(localText(awareAt + 60))
  await submission.getByLabel('Reference of the portal').fill('SRP-2026-0042')
  assert.deepEqual(await visit.flaws(), [])
  await submission.getByRole('button', { name: 'Record a submission' }).click()
  await clock.getByText('Submitted', { exact: false }).first().waitFor()
  await page.getByText('SRP-2026-0042').waitFor()
  await visit.at('/cases')
  await page.getByText('Notification').waitFor()
  await visit.close()
})

test('an overdue report is loud, in the viewer’s zone and in the coordinator’s, and a drill is marked', async (t) => {
  const { visit, officer } = await officeWith(t, {
    look: { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 380, height: 800 } },
  })
  const id = await opened(officer, { zone: 'America/New_York' })
  await recorded(
    ...([officer, id] as const),
    { type: 'exploitedMarked', evidence: 'Seen' },
    { type: 'awarenessSet', awareAt: secondsAgo(30 * HOUR_SECONDS), evidence: 'A call' },
  )
  await opened(officer, { title: 'Practice', isDrill: true })
  await visit.at('/cases')
  const row = visit.page.getByRole('row').filter({ hasText: VULNERABILITY.title })
  await row.getByText('Frühwarnung').waitFor()
  await shows(() => row.innerText(), /Überfällig seit 6 Std\./)
  await shows(() => row.innerText(), /in America\/New_York/)
  await visit.page.getByRole('row').filter({ hasText: 'Practice' }).getByText('Übung').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.at(`/cases/${id}`)
  await visit.page.getByText('Bogen für das Portal').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('each field of the sheet is copied by itself, and what is missing leads to its field', async (t) => {
  const { visit, officer } = await officeWith(t)
  const { page } = visit
  const id = await opened(officer)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await visit.at(`/cases/${id}`)
  await page.getByRole('button', { name: 'Copy: Title' }).click()
  await page.getByText('Copied', { exact: true }).waitFor()
  await shows(() => page.evaluate('navigator.clipboard.readText()'), VULNERABILITY.title)
  const missing = page.getByRole('link', { name: '3', exact: true })
  await shows(() => missing.getAttribute('href'), '#field-3')
  await page.getByRole('link', { name: 'Write on the sheet' }).click()
  await page.getByLabel('Summary').fill('Commands run as root')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('#field-3').getByText('Commands run as root').waitFor()
  await visit.close()
})

test('who records while somebody else did sees both, and loses nothing of what he typed', async (t) => {
  const { visit, officer } = await officeWith(t)
  const { page } = visit
  const id = await opened(officer)
  await visit.at(`/cases/${id}?act=noted`)
  await page.getByLabel('Text (needed)').fill('My note')
  await recorded(officer, id, { type: 'noted', text: 'Their note' })
  await page.getByRole('button', { name: 'Note something' }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
  await dialog.getByText('My note').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByRole('button', { name: 'Save mine over it' }).click()
  const events = page.getByRole('region', { name: 'What was recorded' })
  await events.getByText('My note').waitFor()
  await events.getByText('Their note').waitFor()
  await visit.close()
})

test('a hostile title is a text, and a case is read by an auditor without anything to press', async (t) => {
  const { server, visit, officer } = await officeWith(t, {
    grants: [{ role: 'auditor', product: '*' }],
  })
  const id = await opened(officer, { title: `${HOSTILE} ${'long'.repeat(50)}` })
  await recorded(officer, id, { type: 'noted', text: `${HOSTILE} ${'x'.repeat(4000)}` })
  await visit.at(`/cases/${id}`)
  await visit.page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor()
  await shows(() => visit.page.locator('main img').count(), 0)
  await shows(() => visit.page.getByRole('link', { name: /Record|Mark|Write/ }).count(), 0)
  assert.deepEqual(await visit.flaws(), [])
  await visit.at(`/cases/${id}?act=noted`)
  await shows(() => visit.page.getByLabel('Text (needed)').count(), 0)
  await visit.at('/cases')
  await shows(() => visit.page.getByRole('link', { name: 'Open a case' }).count(), 0)
  assert.ok(server.running !== undefined)
  await visit.close()
})

async function exploited(t: { after(end: () => unknown): void }) {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [aRelease('1.4.2')])).status, 200)
  for (const kind of ['osv', 'kev'] as const) {
    await importFresh(server, kind)
    // What an import asks for on its own may come in between.
    for (let looks = 0; looks < 2; looks += 1) await server.keepBooks()
  }
  return { server, visit: await Visit.open(browser, server, { grants: OFFICER }) }
}

test('what is suggested by a list of exploited vulnerabilities is taken up as a case', async (t) => {
  const { visit } = await exploited(t)
  const { page } = visit
  await visit.at('/cases')
  const suggestion = page.getByRole('listitem').filter({ hasText: 'CVE-2021-21315' })
  await suggestion.getByRole('button', { name: 'Take up' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make a case of it?' })
  await dialog.getByLabel('Title of the case').fill('Exploited in the wild')
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByRole('button', { name: 'Take up' }).click()
  await page.getByRole('heading', { level: 1, name: 'Exploited in the wild' }).waitFor()
  await shows(() => page.getByText('Not started').count(), 3)
  const finding = page.getByRole('link', { name: /^CVE-2021-21315 \(systeminformation\)/ })
  assert.match((await finding.getAttribute('href')) ?? '', /\/vulnerabilities\/[^/]+$/)
  await visit.close()
})

test('a suggestion is dismissed with a reason, and only with one', async (t) => {
  const { server, visit } = await exploited(t)
  const { page } = visit
  await visit.at('/cases')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  const dialog = page.getByRole('dialog', { name: 'Dismiss it?' })
  const act = dialog.getByRole('button', { name: 'Dismiss' })
  await shows(() => act.isDisabled(), true)
  await dialog.getByLabel('Reason').fill('Not reachable in ours')
  await act.click()
  await page.getByRole('heading', { name: 'What may be a case' }).waitFor({ state: 'detached' })
  const officer = await signedIn(server, OFFICER)
  const [{ state, reason }] = (await officer.call('GET', '/case-suggestions')).body
  assert.deepEqual([state, reason], ['dismissed', 'Not reachable in ours'])
  await visit.close()
})

test('a session that ends while a case is written loses nothing, and the act goes on after signing in', async (t) => {
  const { visit, officer } = await officeWith(t)
  const { page } = visit
  const id = await opened(officer)
  await visit.at(`/cases/${id}?act=noted`)
  await page.getByLabel('Text (needed)').fill('Written before the end')
  const context = page.context()
  const cookies = await context.cookies()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Note something' }).click()
  await page.getByRole('dialog', { name: 'Your session ended' }).waitFor()
  await shows(() => page.getByLabel('Text (needed)').inputValue(), 'Written before the end')
  await context.addCookies(cookies)
  const back = await context.newPage()
  await back.goto(`${visit.origin}/console/back`)
  await page
    .getByRole('region', { name: 'What was recorded' })
    .getByText('Written before the end')
    .waitFor()
  await visit.close()
})
