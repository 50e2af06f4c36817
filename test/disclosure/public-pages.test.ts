/** The public pages of disclosure in a real browser: every page, every language, both colours, by keyboard. CRA P-122 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startEdge } from '../../packages/server/src/edge.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { follow, type Look, OwnersBrowser, openBrowser } from '../page/browser.ts'
import { assertReadable, onTelephone } from './telephone.ts'

const ended = endings()
let browser: Browser
let server: TestServer
let origin: string

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  server = await TestServer.start(ended, {}, { startEdge })
  const { status } = await server.call('PATCH', '/disclosure/settings', {
    ...{ contacts: ['mailto:security@example.com'], organisation: 'Lumen Works' },
    languages: ['en', 'de', 'fr'],
  })
  assert.equal(status, 200)
  origin = `https://127.0.0.1:${server.running?.ports.public}`
})
after(() => ended.endAll())

async function everyPage(wanted: Look): Promise<void> {
  // Senders are slowed by address, and all of this comes from one.
  server.clock.at = new Date(server.clock.at.getTime() + 6 * 3_600_000)
  const visitor = await onTelephone(browser, wanted)
  const { page } = visitor
  const look = (what: string) => assertReadable(visitor, wanted, what)
  await page.goto(`${origin}/security/`)
  await look('policy')
  await follow(page, 'main a.button')
  await look('form')
  // Blanks pass the browser's own check and not ours.
  await page.fill('#title', ' ')
  await page.fill('#text', 'Send it a file.\n\nIt installs it.')
  await page.click('main button.first')
  await page.waitForSelector('[role=alert]')
  await look('a refusal')
  assert.equal(await page.inputValue('#text'), 'Send it a file.\n\nIt installs it.')
  await page.fill('#title', 'The lamp takes <any> firmware')
  await page.click('main button.first')
  await page.waitForSelector('#code')
  await look('sent')
  const code = await page.innerText('#code')
  await follow(page, 'nav a[href^="/security/report/follow"]')
  await look('follow')
  await page.fill('#code', 'fwr_wrong')
  await page.click('main button.first')
  await page.waitForSelector('[role=alert]')
  await look('a wrong code')
  await page.fill('#code', code)
  await page.click('main button.first')
  await page.waitForSelector('h2#history')
  await page.fill('#text', 'It is in 1.4.1 too.')
  await page.click('main button.first')
  await page.waitForSelector('[role=status]')
  assert.match(
    await page.innerText('main'),
    /The lamp takes <any> firmware[\s\S]*It is in 1\.4\.1 too\./,
  )
  await look('followed')
  await page.goto(`${origin}/security/thanks`)
  await look('thanks')
  await visitor.close()
}

for (const [locale, colorScheme] of [
  ['en-GB', 'light'],
  ['de-DE', 'dark'],
  ['fr-FR', 'light'],
] as const) {
  test(`no public page has an accessibility violation: ${locale}, ${colorScheme}`, () =>
    everyPage({ locale, colorScheme }))
}

test('a report is sent by keyboard alone, and a language is chosen where there is no other way', async () => {
  const visitor = await OwnersBrowser.open(browser, { locale: 'pt-BR' })
  const { page } = visitor
  await page.goto(`${origin}/security/report`)
  assert.equal(await page.getAttribute('html', 'lang'), 'en')
  await follow(page, 'footer a[lang=de]')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('location.hash'), '#content')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Nur mit Tasten')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Es geht.')
  for (let field = 0; field < 6; field += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#code')
  assert.equal(await page.getAttribute('html', 'lang'), 'de')
  assert.match(await page.innerText('h1'), /Meldung ist angekommen/)
  await visitor.close()
})
