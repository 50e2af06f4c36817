/** Reports from outside at the console: read, answered, moved on and deleted. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Site } from '../../packages/server/test/support/disclosure-site.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const PRODUCT = 'lumen-gateway-g1'
const HOSTILE = '<img src=x onerror=alert(1)>'

const browser = await openBrowser()
after(() => browser.close())

test('a report is acknowledged with an answer, and its reporter reads it', async (t) => {
  const site = await Site.open(t)
  const { id, code } = await site.report({ reporter: HOSTILE, title: `It takes ${HOSTILE}` })
  const visit = await Visit.open(browser, site.server, { grants: OFFICER })
  const { page } = visit
  await visit.at('/reports')
  await page.getByRole('link', { name: `It takes ${HOSTILE}` }).click()
  await page.getByRole('heading', { level: 1, name: `It takes ${HOSTILE}` }).waitFor()
  assert.deepEqual(await visit.flaws(), [])

  await page.getByRole('button', { name: 'Acknowledge' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Thank you. We look into it.')
  await dialog.getByRole('button', { name: 'Acknowledge' }).click()
  await page.locator('.tag', { hasText: 'acknowledged' }).waitFor()

  await page.getByRole('textbox', { name: 'Message' }).fill('Which version is it?')
  await page.getByRole('button', { name: 'Send the answer' }).click()
  await page.locator('.thread').getByText('Which version is it?').waitFor()
  await page.getByLabel('What it is').selectOption({ label: 'a note for the house' })
  await page.getByRole('textbox', { name: 'Message' }).fill('The parser of 4711.')
  await page.getByRole('button', { name: 'Keep the note' }).click()
  await page.locator('.thread').getByText('The parser of 4711.').waitFor()

  const follow = await site.stranger().post('/security/report/follow', { code })
  assert.match(follow.text, /Which version is it\?/)
  assert.match(follow.text, /We look into it/)
  assert.doesNotMatch(follow.text, /The parser of 4711/)

  // What its reporter writes appears by itself, and is marked.
  await site.stranger().post('/security/report/follow', { code, text: 'It is 1.4.2.' })
  await site.server.keepBooks()
  await page.locator('.thread').getByText('It is 1.4.2.').waitFor()
  await page.locator('.tag', { hasText: 'reporter wrote last' }).waitFor()
  assert.equal(
    (await site.officer.call('GET', `/disclosure/reports/${id}`)).body.state,
    'acknowledged',
  )
  await visit.close()
})

test('a report is given to a product, becomes an advisory, and its embargo ends only when that is saved', async (t) => {
  const site = await Site.open(t, {
    ...{ contacts: ['mailto:security@lumen.example'], organisation: 'Lumen Works' },
    publicUrl: 'https://updates.lumen.example',
  })
  assert.equal((await site.server.call('POST', '/products', { id: PRODUCT })).status, 201)
  const { id } = await site.report({ creditName: 'Ada Licht' })
  const visit = await Visit.open(browser, site.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(`/reports/${id}`)
  await page.getByLabel('Product', { exact: true }).last().selectOption(PRODUCT)
  await page.getByLabel('Under embargo').uncheck()
  await page.getByText(/everybody who may read reports sees it/).waitFor()
  await page.getByLabel('Under embargo').check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Write an advisory' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Write an advisory' }).click()
  const reports = page.getByRole('textbox', { name: 'Reports it is about' })
  await reports.waitFor()
  await shows(() => reports.inputValue(), id)
  const { body } = await site.officer.call('GET', `/disclosure/reports/${id}`)
  assert.deepEqual([body.product, body.isEmbargoed], [PRODUCT, true])
  await visit.close()
})

for (const look of [
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 380, height: 800 } },
] as const) {
  test(`what was promised and not done is loud, and a report goes only when its reference is typed: ${look.colorScheme}`, async (t) => {
    const site = await Site.open(t)
    const { id } = await site.report({ title: HOSTILE.repeat(7), text: 'x'.repeat(4_000) })
    site.later(6 * 86_400_000)
    const visit = await Visit.open(browser, site.server, { look, grants: OFFICER })
    const { page } = visit
    const isGerman = look.locale === 'de-DE'
    await visit.at('/reports?state=received')
    await page.locator('.tag', { hasText: isGerman ? 'bestätigen' : 'acknowledge' }).waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.at('/reports?state=closed')
    await page.getByText(isGerman ? 'Keine Meldung ist in' : 'No report is in').waitFor()
    assert.deepEqual(await visit.flaws(), [])

    await visit.at(`/reports/${id}`)
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await page
      .getByRole('button', { name: isGerman ? 'Keine Schwachstelle' : 'No vulnerability' })
      .click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('button', { name: isGerman ? 'Keine Schwachstelle' : 'No vulnerability' })
      .click()
    await page.getByRole('button', { name: isGerman ? 'Löschen' : 'Delete' }).click()
    const act = dialog.getByRole('button', { name: isGerman ? 'Löschen' : 'Delete' })
    await shows(() => act.isDisabled(), true)
    assert.deepEqual(await visit.flaws(), [])
    await dialog.getByRole('textbox').fill(id)
    await act.click()
    await page.waitForURL((url) => url.pathname === '/console/reports')
    assert.equal((await site.server.call('GET', `/disclosure/reports/${id}`)).status, 404)
    await visit.close()
  })
}

test('who may read reports without an embargo sees no other, and can change none', async (t) => {
  const site = await Site.open(t)
  const secret = await site.report({ title: 'The secret one' })
  const open = await site.report({ title: 'The open one' })
  const path = `/disclosure/reports/${open.id}`
  await site.officer.call('PATCH', path, { isEmbargoed: false }, { 'if-match': '*' })
  const visit = await Visit.open(browser, site.server, {
    grants: [{ role: 'auditor', product: '*' }],
  })
  const { page } = visit
  await visit.at('/reports')
  await page.getByRole('link', { name: 'The open one' }).click()
  await page.getByRole('heading', { level: 1, name: 'The open one' }).waitFor()
  await shows(() => page.getByRole('button', { name: 'Acknowledge' }).count(), 0)
  await shows(() => page.getByRole('textbox', { name: 'Message' }).count(), 0)
  await visit.at(`/reports/${secret.id}`)
  await page.getByText('There is no such report').waitFor()
  await visit.close()
})
