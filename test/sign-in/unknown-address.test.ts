/** An operator at an address that nothing is at, in a real browser: readable, and one step from the console. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { assertReadable, onTelephone } from '../disclosure/telephone.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'

const ended = endings()
let browser: Browser
let server: TestServer

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  server = await TestServer.start(ended)
})
after(() => ended.endAll())

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en-GB', 'de-DE', 'fr-FR']) {
    test(`the page for an address that nothing is at has no accessibility violation: ${colorScheme}, ${locale}`, async () => {
      const look = { locale, colorScheme }
      const lost = await onTelephone(browser, look)
      const { page } = lost
      const origin = `http://localhost:${server.running?.ports.operator}`
      const answer = await page.goto(`${origin}/no/such<script>alert(1)</script>`)
      assert.equal(answer?.status(), 404)
      await assertReadable(lost, look, 'an address that nothing is at')
      await shows(() => page.evaluate('document.scripts.length'), 0)
      const button = page.locator('main a.button')
      await shows(() => button.getAttribute('href'), '/console/')
      await lost.close()
    })
  }
}
