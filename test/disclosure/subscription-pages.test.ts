/** The pages for subscribers in a real browser: every page, every language, both colours, by keyboard. CRA P-057 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startEdge } from '../../packages/server/src/edge.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { readMail, TestMailServer } from '../../packages/server/test/support/mail-server.ts'
import { storesOf } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { follow, type Look, OwnersBrowser, openBrowser } from '../page/browser.ts'
import { assertReadable, onTelephone } from './telephone.ts'

const PRODUCT = 'lumen-lamp'

const ended = endings()
let browser: Browser
let server: TestServer
let mails: TestMailServer
let origin: string

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-subscribing-'))
  ended.after(() => rm(folder, { recursive: true, force: true }))
  mails = await TestMailServer.start(ended)
  server = await TestServer.start(ended, await mails.settings(folder), { startEdge })
  await server.call('POST', '/products', { id: PRODUCT })
  const contact = { contacts: ['mailto:security@example.com'], organisation: 'Lumen Works' }
  assert.equal((await server.call('PATCH', '/disclosure/settings', contact)).status, 200)
  await server.keepBooks()
  origin = `https://127.0.0.1:${server.running?.ports.public}`
})
after(() => ended.endAll())

/** The link in the newest mail, on this machine. */
async function newestLink(): Promise<string> {
  for (let look = 0; look < 3; look += 1) await server.keepBooks()
  const { text } = readMail(mails.received.at(-1) ?? assert.fail('no mail'))
  const [, path = assert.fail(text)] = /https:\/\/[^/\s]+(\/\S+)/.exec(text) ?? []
  return `${origin}${path}`
}

async function everyPage(wanted: Look, address: string): Promise<void> {
  server.clock.at = new Date(server.clock.at.getTime() + 6 * 3_600_000)
  const visitor = await onTelephone(browser, wanted)
  const { page } = visitor
  const look = (what: string) => assertReadable(visitor, wanted, what)
  await page.goto(`${origin}/security/`)
  await follow(page, 'main a[href^="/subscribe"]')
  await look('form')
  await page.fill('#address', 'ada')
  await page.fill('#product', 'Lumen Lamp')
  await page.fill('#device', 'L-<1>')
  await page.click('main button.first')
  await page.waitForSelector('[role=alert]')
  await look('a refusal')
  assert.equal(await page.inputValue('#device'), 'L-<1>')
  for (const wrong of ['#address', '#device']) {
    assert.equal(await page.getAttribute(wrong, 'aria-invalid'), 'true', wrong)
  }
  await page.fill('#address', address)
  await page.fill('#device', 'L-1')
  await page.click('main button.first')
  await page.waitForSelector('[role=status]')
  await look('asked')
  await page.goto(await newestLink())
  await look('confirm')
  await page.click('main button.first')
  await page.waitForSelector('[role=status]')
  await look('confirmed')
  const at = Math.floor(server.clock.at.getTime() / 1000)
  await storesOf(server).events.add({
    ...{ at, type: 'product.support-ending', product: PRODUCT },
    data: { supportEndsOn: `${2030 + mails.received.length}-08`, monthsBefore: 6 },
  })
  await page.goto(await newestLink())
  await look('unsubscribe')
  await page.click('main button.first')
  await page.waitForSelector('[role=status]')
  await look('unsubscribed')
  await page.goto(`${origin}/unsubscribe?token=made-up`)
  await look('a wrong link')
  assert.match(await page.innerText('main'), /LINK_WRONG/)
  await visitor.close()
}

for (const [locale, colorScheme] of [
  ['en-GB', 'light'],
  ['de-DE', 'dark'],
  ['fr-FR', 'light'],
] as const) {
  test(`no page for subscribers has an accessibility violation: ${locale}, ${colorScheme}`, () =>
    everyPage({ locale, colorScheme }, `ada-${locale.toLowerCase()}@example.com`))
}

test('somebody subscribes, confirms and ends it by keyboard alone', async () => {
  server.clock.at = new Date(server.clock.at.getTime() + 6 * 3_600_000)
  const visitor = await OwnersBrowser.open(browser, { locale: 'en-GB' })
  const { page } = visitor
  await page.goto(`${origin}/subscribe?product=${PRODUCT}`)
  await page.focus('#address')
  await page.keyboard.type('keys@example.com')
  // Past the product, which the manufacturer's link filled in, and the device.
  for (let field = 0; field < 3; field += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=status]')
  await page.goto(await newestLink())
  await page.focus('main button')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=status]')
  const [found] = await storesOf(server).subscriptions.list({
    ...{ product: PRODUCT, before: undefined, limit: 1 },
  })
  assert.equal(found?.address, 'keys@example.com')
  assert.notEqual(found?.confirmedAt, undefined)
  await visitor.close()
})
