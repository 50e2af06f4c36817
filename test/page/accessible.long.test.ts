/** Every view in every language, light and dark: an accessibility checker, and the smallest screen. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { OwnersBrowser, openBrowser, violations } from './browser.ts'
import { ShownDevice, worstDay } from './shown-device.ts'

const LOCALES = ['en-GB', 'de-DE', 'fr-FR']
const VIEWS = ['overview', 'settings', 'activity', 'data', 'about']

const device = await ShownDevice.open(worstDay())
after(() => device.close())
const browser = await openBrowser()
after(() => browser.close())

for (const locale of LOCALES) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every view has no accessibility violations in ${locale}, ${colorScheme}`, async () => {
      const owner = await OwnersBrowser.open(browser, { locale, colorScheme })
      await owner.page.goto(device.url)
      await owner.page.waitForSelector('#door')
      assert.deepEqual(await violations(owner), [], 'door')
      await owner.enter(device)
      for (const view of VIEWS) {
        await owner.view(view)
        assert.deepEqual(await violations(owner), [], view)
      }
      await owner.view('data')
      await owner.page.click('#do-factory')
      assert.deepEqual(await violations(owner), [], 'dialog')
      await owner.close()
    })
  }
}

test('nothing is wider than a screen of 320 pixels, in any language', async () => {
  for (const locale of LOCALES) {
    const owner = await OwnersBrowser.open(browser, {
      locale,
      viewport: { width: 320, height: 640 },
    })
    await owner.enter(device)
    for (const view of VIEWS) {
      await owner.view(view)
      const widths = await owner.page.evaluate<[number, string][]>(`
        [[document.documentElement.scrollWidth, 'page'], ...[...document.querySelectorAll('main *')]
          .map((element) => [element.getBoundingClientRect().right, element.outerHTML.slice(0, 80)])]`)
      const wide = widths.filter(([width]) => width > 320)
      assert.deepEqual(wide, [], `${locale} ${view}`)
    }
    await owner.close()
  }
})
