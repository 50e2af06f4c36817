/** Every screen on paper: whole, black on white, with nothing to press, and saying what it is of and as of when. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { EVERYTHING, everyScreen } from './support/every-screen.ts'
import { flawsOnPaper, SHEET } from './support/sheet-of-paper.ts'
import { Visit } from './support/visit.ts'

const browser = await openBrowser()
after(() => browser.close())

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a screen that is printed is whole on its sheet, black on white: ${colorScheme}`, async (t) => {
    const { server, paths } = await everyScreen(t)
    const visit = await Visit.open(browser, server, {
      ...{ grants: EVERYTHING, look: { colorScheme, viewport: SHEET } },
    })
    const { page } = visit
    const flaws: string[] = []
    for (const path of paths) {
      await page.emulateMedia({ media: 'screen', colorScheme })
      await visit.at(path)
      const title = await visit.heading()
      await page.emulateMedia({ media: 'print', colorScheme })
      flaws.push(...(await flawsOnPaper(page)).map((flaw) => `${path}: ${flaw}`))
      await shows(() => visit.heading(), title)
      const head = await page.innerText('.paper-head')
      assert.match(head, /^Fleetward · .*as of \d/)
      assert.equal(head.includes(PRODUCT), path.startsWith('/products/'), head)
    }
    assert.deepEqual(flaws, [])
    await visit.close()
  })
}
