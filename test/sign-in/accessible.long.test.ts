/** Every page, every language, both colours. */
import { after, test } from 'node:test'
import { SigningIn } from '../../packages/server/test/support/signing-in.ts'
import { openBrowser } from '../page/browser.ts'
import { everyPageIsAccessible } from './walk.ts'

const browser = await openBrowser()
after(() => browser.close())

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en-GB', 'de-DE', 'fr-FR']) {
    test(`no page has an accessibility violation: ${colorScheme}, ${locale}`, async (t) => {
      await everyPageIsAccessible(browser, await SigningIn.start(t), { colorScheme, locale })
    })
  }
}
