/**
 * Start page, downloads and declaration in a real browser without JavaScript: every language, both colours, from a
 * telephone to a display on the wall, on paper, by keyboard; names and notes of an enemy stay text. CRA P-025, L-07, L-09
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { HOSTILE, PDF, PublicSite } from '../../packages/server/test/support/public-site.ts'
import { follow, type Look, OwnersBrowser, openBrowser, violations } from '../page/browser.ts'

const AT = `/products/${PRODUCT}`
const WIDTHS = [360, 1280, 3840]
/** A product that is not there, and an address that nothing is at, as well. */
const PAGES = [
  ...['/', `${AT}/information`, `${AT}/downloads`, `${AT}/declaration`, '/advisories'],
  ...[`/advisories/products/${PRODUCT}`, '/security/', '/security/report', '/products/x/downloads'],
  '/no/such/page',
]

const ended = endings()
let browser: Browser
let site: PublicSite

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  site = await PublicSite.open(ended)
  await site.sign(PDF)
  await site.done(site.declare({ isPublic: true }))
})
after(() => ended.endAll())

async function everyPage(look: Look, media: 'screen' | 'print' = 'screen'): Promise<void> {
  const visitor = await OwnersBrowser.open(browser, look)
  const { page } = visitor
  await page.emulateMedia({ media })
  for (const path of PAGES) {
    await page.goto(`${site.origin}${path}`)
    const what = `${path} ${JSON.stringify(look)} ${media}`
    assert.deepEqual(await violations(visitor), [], what)
    assert.equal(await page.getAttribute('html', 'lang'), look.locale?.slice(0, 2), what)
    assert.equal(await page.evaluate('document.scripts.length'), 0, what)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      const seen = await page.evaluate<number>('document.documentElement.scrollWidth')
      assert.ok(seen <= width, `${what} is ${seen} wide of ${width}`)
    }
  }
  await visitor.close()
}

for (const [locale, colorScheme] of [
  ['en-GB', 'light'],
  ['de-DE', 'dark'],
  ['fr-FR', 'light'],
  ['en-GB', 'dark'],
] as const) {
  test(`no page of products has an accessibility violation or is wider than its screen: ${locale}, ${colorScheme}`, () =>
    everyPage({ locale, colorScheme }))
}

test('on paper the ways to go on are left out, whoever speaks stays, and nothing is grey on grey', async () => {
  await everyPage({ locale: 'de-DE', colorScheme: 'dark' }, 'print')
  const visitor = await OwnersBrowser.open(browser, { colorScheme: 'dark' })
  const { page } = visitor
  await page.goto(`${site.origin}${AT}/declaration`)
  await page.emulateMedia({ media: 'print' })
  for (const hidden of ['header nav', '.ways', 'footer']) {
    assert.equal(await page.isVisible(hidden), false, hidden)
  }
  assert.equal(await page.isVisible('.brand'), true)
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  assert.equal(ground, 'rgb(255, 255, 255)')
  await visitor.close()
})

test('letters grow on a display that is seen from further away', async () => {
  const visitor = await OwnersBrowser.open(browser)
  const { page } = visitor
  await page.goto(`${site.origin}/`)
  const sizes: number[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const size = await page.evaluate<string>('getComputedStyle(document.body).fontSize')
    sizes.push(Number.parseFloat(size))
  }
  const [telephone = 0, desk = 0, wall = 0] = sizes
  assert.equal(telephone, desk)
  assert.ok(wall > 2 * desk, sizes.join())
  await visitor.close()
})

test('without JavaScript one goes from the start page to a file and its hash, and to the declaration', async () => {
  const visitor = await OwnersBrowser.open(browser, { javaScriptEnabled: false })
  const { page } = visitor
  await page.goto(`${site.origin}/`)
  assert.equal(await page.locator('h2').first().innerText(), HOSTILE)
  await follow(page, 'main h2 a')
  await follow(page, 'footer a[lang=de]')
  assert.match(page.url(), /information\?lang=de$/)
  await follow(page, '.ways a[href*="/downloads"]')
  assert.match(await page.innerText('h1'), /^Updates von Hand: /)
  assert.match(await page.innerText('h2'), /^1\.4\.3\s+Neuestes Sicherheitsupdate$/)
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a.button')])
  assert.equal(download.suggestedFilename(), '1.4.3-firmware.tar.zst')
  await follow(page, '.ways a[href*="/declaration"]')
  assert.match(await page.innerText('main'), /Unterschrift[\s\S]*A\. Licht/)
  await follow(page, 'header nav a')
  assert.match(await page.innerText('h1'), /^Produkte$/)
  await visitor.close()
})

test('the keyboard alone leads past the navigation to a product and through its pages', async () => {
  const visitor = await OwnersBrowser.open(browser)
  const { page } = visitor
  await page.goto(`${site.origin}/`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('location.hash'), '#content')
  await page.keyboard.press('Tab')
  const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
  assert.equal(outline, 'solid')
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  assert.match(await page.innerText('h1'), /^Information for users/)
  assert.equal(await page.locator('.ways [aria-current=page]').innerText(), 'Information')
  await visitor.close()
})
