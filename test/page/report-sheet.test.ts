/** The sheet that is copied into the authority's portal, for everybody: in light, in dark and on paper. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newestCatalogue, type Sheet, sheetHtml, sheetOf } from '@fleetward/vulnerability'
import { OwnersBrowser, openBrowser, violations } from './browser.ts'
import { shows } from './shows.ts'

const browser = await openBrowser()
after(() => browser.close())

/** Something missing, too long, invalid, copied, and a word that no line holds. */
const sheets: readonly Sheet[] = (
  [
    ['vulnerability', 'earlyWarning'],
    ['incident', 'finalReport'],
  ] as const
).map(([kind, stage]) =>
  sheetOf({
    catalogue: newestCatalogue(),
    kind,
    stage,
    values: {
      title: 'x'.repeat(300),
      summary: '<img src=x onerror="alert(1)">\nsecond line',
      memberStates: ['DE', 'CH'],
    },
    before: { productName: 'Lumen Gateway G1' },
    isDrill: stage === 'earlyWarning',
  }),
)

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no sheet has an accessibility violation, in ${colorScheme} and on paper`, async () => {
    const reader = await OwnersBrowser.open(browser, { colorScheme })
    for (const sheet of sheets) {
      await reader.page.setContent(sheetHtml(sheet))
      for (const media of ['screen', 'print'] as const) {
        await reader.page.emulateMedia({ media })
        assert.deepEqual(await violations(reader), [], `${sheet.kind} ${sheet.stage} ${media}`)
      }
    }
    await reader.close()
  })
}

test('a sheet on a narrow screen needs no scrolling sideways, and its markup stays text', async () => {
  const reader = await OwnersBrowser.open(browser, { viewport: { width: 360, height: 700 } })
  const [sheet] = sheets
  assert.ok(sheet)
  await reader.page.setContent(sheetHtml(sheet))
  const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  await shows(() => reader.page.evaluate<number>(wider), 0)
  assert.ok((await reader.words()).includes('<img src=x onerror="alert(1)">'))
  await shows(() => reader.page.evaluate<number>('document.images.length'), 0)
  await reader.close()
})
