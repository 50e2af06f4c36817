/** The curve of a rollout at the console: over time, with what happened, as a picture, a list and a table, and live. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { AT, group, MANAGER, RolloutSite, VERSION } from './support/rollout-site.ts'
import { Visit } from './support/visit.ts'

const browser = await openBrowser()
after(() => browser.close())

const NARROW = { width: 380, height: 800 }

/** Stops itself at two failures. */
const stopsSoon = { success: { soakSeconds: 36_000 }, error: { share: 0.05, minimum: 2 } }
const plan = { groups: [group('homes', { rest: true }, stopsSoon)] }

/** Three devices have it, somebody paused, two failed, and it stopped itself. */
async function troubled(site: RolloutSite): Promise<string> {
  const id = await site.rollOut({ plan })
  const [one = '', two = '', three = '', four = '', five = ''] = site.ids(5)
  await site.fleet.pass(90)
  await site.fleet.commits(one, VERSION)
  await site.fleet.commits(two, VERSION)
  await site.fleet.pass(90)
  assert.equal((await site.server.of('POST', `/rollouts/${id}/pause`)).status, 200)
  await site.fleet.pass(90)
  assert.equal((await site.server.of('POST', `/rollouts/${id}/resume`)).status, 200)
  await site.fleet.commits(three, VERSION)
  await site.fleet.fails(four, id)
  await site.fleet.fails(five, id)
  await site.fleet.pass(90)
  assert.equal((await site.server.of('GET', `/rollouts/${id}`)).body.state, 'stopped')
  return id
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a rollout shows how many had the release when, and what happened, to eyes and to readers: ${colorScheme}`, async (t) => {
    const site = await RolloutSite.open(t)
    const id = await troubled(site)
    const look = { colorScheme, locale: 'en-GB', viewport: NARROW }
    const visit = await Visit.open(browser, site.server, { look, grants: MANAGER })
    const { page } = visit
    await visit.at(`${AT}/rollouts/${id}`)
    await page.getByRole('heading', { name: 'Over time', exact: true }).waitFor()
    const figure = page.locator('figure.chart')
    await figure.locator('canvas').waitFor()
    const happened = await figure.locator('.marks li').allInnerTexts()
    assert.deepEqual(
      happened.map((text) => text.slice(text.lastIndexOf(': ') + 2)),
      ['Group opened', 'Paused', 'Went on', 'Stopped itself'],
    )
    await figure.locator('summary').focus()
    await page.keyboard.press('Enter')
    const rows = figure.locator('tbody tr')
    await rows.last().waitFor()
    await shows(
      () => figure.locator('thead th').allInnerTexts(),
      ['Updated', 'Failed', 'What happened'],
    )
    await shows(() => rows.last().locator('td').allInnerTexts(), ['3', '2', 'Stopped itself'])
    assert.deepEqual(await visit.flaws(), [])
    await page.setViewportSize({ width: 1280, height: 800 })
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}

test('the curve goes on while somebody looks: the same picture, and the table stays open', async (t) => {
  const site = await RolloutSite.open(t)
  const id = await troubled(site)
  const visit = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = visit
  await visit.at(`${AT}/rollouts/${id}`)
  const figure = page.locator('figure.chart')
  await figure.locator('canvas').evaluate((canvas) => canvas.setAttribute('data-first', ''))
  await figure.getByText('As a table', { exact: true }).click()
  await site.fleet.pass(60)
  assert.equal((await site.server.of('POST', `/rollouts/${id}/retry`)).status, 200)
  await figure.locator('.marks li').filter({ hasText: 'Another attempt' }).waitFor()
  const last = figure.locator('tbody tr').last()
  await shows(() => last.isVisible(), true)
  // The attempt that runs now has no failures yet.
  await shows(() => last.locator('td').allInnerTexts(), ['3', '0', 'Another attempt'])
  await shows(() => figure.locator('canvas[data-first]').count(), 1)
  await visit.close()
})

test('before a rollout begins there is no curve; in German it says the same', async (t) => {
  const site = await RolloutSite.open(t)
  const waiting = await site.rollOut({ plan, start: false })
  await site.fleet.pass(1)
  const visit = await Visit.open(browser, site.server, { look: { locale: 'de-DE' } })
  const { page } = visit
  await visit.at(`${AT}/rollouts/${waiting}`)
  await page.locator('.tag').filter({ hasText: 'bereit' }).waitFor()
  await shows(() => page.locator('figure.chart').count(), 0)
  assert.equal((await site.server.of('POST', `/rollouts/${waiting}/withdraw`)).status, 200)
  const id = await troubled(site)
  await visit.at(`${AT}/rollouts/${id}`)
  await page.getByRole('heading', { name: 'Verlauf', exact: true }).waitFor()
  await page.locator('.marks li').filter({ hasText: 'Von selbst angehalten' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})
