/** The fleet at the console: a filter that is typed, sent, kept and used, on some hundred devices in a real database. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import {
  ASKING,
  DEVICES_COUNT,
  HOSTILE,
  MARKUP,
  ODD,
  OPTED_OUT,
  POSTPONED,
  PRODUCT,
  shownFleet,
} from './support/shown-fleet.ts'
import { Visit, type Visitor } from './support/visit.ts'

const FLEET = `/products/${PRODUCT}/fleet`

const ends: (() => unknown)[] = []
const { server } = await shownFleet({ after: (end) => void ends.push(end) })
const browser = await openBrowser()
after(async () => {
  await browser.close()
  for (const end of ends.reverse()) await end()
})

async function visitFleet(query: Readonly<Record<string, string>> = {}, visitor: Visitor = {}) {
  const visit = await Visit.open(browser, server, visitor)
  await visit.at(`${FLEET}?${new URLSearchParams(query)}`)
  return visit
}

const bar = (page: Page) => page.getByRole('combobox', { name: 'Filter' })
const row = (page: Page, device: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: device, exact: true }) })
const filterIn = (page: Page) => new URL(page.url()).searchParams.get('filter')

test('a filter is completed by keyboard alone, and shows whom it means', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await page.getByText(`${DEVICES_COUNT} devices`).waitFor()
  await bar(page).focus()
  await page.keyboard.type('reg')
  await page.getByRole('option', { name: /^attr\.region/ }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: /^= / }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.getByRole('option', { name: 'us', exact: true }).waitFor()
  await page.keyboard.type('us')
  await page.getByText('100 devices').waitFor()
  await shows(() => bar(page).inputValue(), 'attr.region = us')
  await row(page, 'lumen-0100').waitFor()
  await shows(() => row(page, 'lumen-0001').count(), 0)
  assert.equal(filterIn(page), 'attr.region = us')
  await visit.close()
})

test('what is typed right after a completion stands behind it, where a browser draws late as well', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await page.evaluate('window.requestAnimationFrame = (draw) => setTimeout(draw, 300)')
  await bar(page).focus()
  await page.keyboard.type('reg')
  await page.getByRole('option', { name: /^attr\.region/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.type('=')
  await page.waitForTimeout(500)
  await page.keyboard.type(' us')
  await shows(() => bar(page).inputValue(), 'attr.region = us')
  await visit.close()
})

test('the page that a filter means is shown before the server is asked to count', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await page.getByText(`${DEVICES_COUNT} devices`).waitFor()
  const counted: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/device-count?')) counted.push(request.url())
  })
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await page.route(/\/devices\?filter=/, async (route) => {
    asked.resolve()
    await held.promise
    await route.continue()
  })
  await bar(page).fill('attr.region = us')
  await asked.promise
  // Longer than hands have to rest.
  await page.waitForTimeout(1500)
  assert.deepEqual(counted, [])
  held.resolve()
  await row(page, 'lumen-0100').waitFor()
  await page.getByText('100 devices').waitFor()
  assert.equal(counted.length, 1)
  await visit.close()
})

test('a mistake is marked at its character and described to who cannot see it', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await bar(page).fill('online and lastseen < 7d')
  const said = page.getByText('At character 12: expected a field such as version')
  await said.waitFor()
  await shows(() => page.locator('.filter-mistake mark').innerText(), 'lastseen')
  await shows(() => bar(page).getAttribute('aria-invalid'), 'true')
  const described = (await bar(page).getAttribute('aria-describedby')) ?? ''
  await shows(() => page.locator(`[id="${described}"]`).innerText(), /At character 12/)
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Write lastSeen instead' }).click()
  await said.waitFor({ state: 'detached' })
  await shows(() => bar(page).inputValue(), 'online and lastSeen < 7d')
  await page.getByText(`${DEVICES_COUNT} devices`).waitFor()
  await visit.close()
})

test('a filter that a link brings is marked as well', async () => {
  const visit = await visitFleet({ filter: 'version < ' })
  await visit.page
    .getByText('At character 11')
    .or(visit.page.getByText('At character 10'))
    .waitFor()
  await shows(() => visit.page.locator('.filter-mistake mark').innerText(), '\u00a0')
  await visit.close()
})

test('who postponed, who opted out and who is asked stand there as that, and nobody as failed', async () => {
  const visit = await visitFleet({ filter: `id in (${POSTPONED}, ${OPTED_OUT}, ${ASKING})` })
  const { page } = visit
  await row(page, POSTPONED)
    .getByText(/Postponed until .*at the device/)
    .waitFor()
  await row(page, OPTED_OUT).getByText('Opted out').waitFor()
  await row(page, ASKING).getByText('Waits for its owner’s consent').waitFor()
  await shows(() => page.getByText(/failed/i).count(), 0)
  await visit.close()
})

test('pages follow each other, and a link to one shows that one', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await row(page, 'lumen-0100').waitFor()
  await page.getByRole('link', { name: 'Next page' }).click()
  await row(page, 'lumen-0101').waitFor()
  await page.getByRole('link', { name: 'Next page' }).click()
  await row(page, 'lumen-0201').waitFor()
  const link = page.url()
  await page.getByRole('link', { name: 'Page before' }).click()
  await row(page, 'lumen-0101').waitFor()
  await page.getByRole('link', { name: 'First page' }).click()
  await row(page, 'lumen-0001').waitFor()
  await page.goto(link)
  await row(page, 'lumen-0201').waitFor()
  await shows(() => row(page, 'lumen-0101').count(), 0)
  await visit.close()
})

test('what a device calls itself is text, whatever stands in it', async () => {
  const visit = await visitFleet({ filter: `id = ${ODD}` })
  const { page } = visit
  await row(page, ODD).waitFor()
  await page.getByText('Columns').click()
  await page.getByRole('checkbox', { name: 'attr.note' }).check()
  await page.getByRole('checkbox', { name: 'device.label' }).check()
  await row(page, ODD).getByText(MARKUP, { exact: true }).waitFor()
  // Its sign of direction turns nothing around.
  await row(page, ODD).getByText(HOSTILE.replace('\u202e', '\ufffd')).waitFor()
  await shows(() => page.locator('main img').count(), 0)
  await visit.close()
})

test('a saved filter is sent as a link, changed by two, and comes back when it was deleted', async () => {
  const visit = await visitFleet({ filter: 'attr.region = eu' })
  const { page } = visit
  await page.getByRole('button', { name: 'Save this filter' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Not A Name')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('.field-error', { hasText: 'must be a name' }).waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('europe')
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL((url) => url.searchParams.get('saved') === 'europe')

  const other = await visitFleet({ saved: 'europe', cohort: 'pilot' })
  await row(other.page, 'lumen-0004').waitFor()
  await shows(() => bar(other.page).inputValue(), 'attr.region = eu')
  await other.page.getByText('24 devices').waitFor()
  await bar(other.page).fill('attr.region = eu and online')
  await other.page.getByRole('button', { name: 'Save changes to europe' }).click()
  await other.page.getByText('Saved as europe').waitFor()
  await other.close()

  await bar(page).fill('attr.region = eu and test')
  await page.getByRole('button', { name: 'Save changes to europe' }).click()
  await page.getByRole('heading', { name: 'Somebody else changed it meanwhile' }).waitFor()
  await page.getByRole('cell', { name: 'attr.region = eu and online' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  // “Saved as europe” may still stand there from the first time; what is saved can be deleted.
  const remove = page.getByRole('button', { name: 'Delete europe' })
  await remove.waitFor()
  const { body } = await server.of('GET', '/filters/europe')
  assert.equal(body.filter, 'attr.region = eu and test')

  await remove.click()
  await page.getByText('europe was deleted').waitFor()
  assert.equal((await server.of('GET', '/filters/europe')).status, 404)
  await page.getByRole('button', { name: 'Bring it back' }).click()
  await page.waitForURL((url) => url.searchParams.get('saved') === 'europe')
  assert.equal((await server.of('GET', '/filters/europe')).status, 200)
  await visit.close()
})

/** In the page: a hand that writes a text in the very task after the line can be written in. */
const WRITES_AT_ONCE = `{
  const line = document.querySelector('.filter-line input')
  new MutationObserver((_, observer) => {
    if (line.readOnly) return
    observer.disconnect()
    setTimeout(() => {
      line.value = 'online and test'
      line.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }).observe(line, { attributes: true })
}`

test('what is typed is not lost to a saved filter that comes late: the line waits for it', async () => {
  assert.equal(
    (await server.of('POST', '/filters', { name: 'late', filter: 'online' })).status,
    201,
  )
  const visit = await Visit.open(browser, server)
  const { page } = visit
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  await page.route('**/filters/late', (route) => answered.then(() => route.continue()))
  await visit.at(`${FLEET}?saved=late`)
  await shows(() => bar(page).isEditable(), false)
  await page.evaluate(WRITES_AT_ONCE)
  answer()
  await page.getByRole('button', { name: 'Save changes to late' }).click()
  await page.getByText('Saved as late').waitFor()
  assert.equal((await server.of('GET', '/filters/late')).body.filter, 'online and test')
  await visit.close()
})

test('a saved filter is renamed, over no other one, and over nothing that nobody saw', async () => {
  const made = async (name: string) =>
    (await server.of('POST', '/filters', { name, filter: 'online' })).status
  assert.deepEqual([await made('at-hand'), await made('taken')], [201, 201])
  const visit = await visitFleet({ saved: 'at-hand' })
  const { page } = visit
  await page.getByRole('button', { name: 'Rename at-hand' }).click()
  const name = page.getByRole('textbox', { name: 'Name' })
  const save = page.getByRole('button', { name: 'Save', exact: true })
  await shows(() => save.isDisabled(), true, 'nothing is changed yet')
  await name.fill('taken')
  await save.click()
  await page.getByText('A filter is saved under taken already').waitFor()
  assert.deepEqual(await visit.flaws(), [])

  const other = await visitFleet({ saved: 'at-hand' })
  await bar(other.page).fill('online and test')
  await other.page.getByRole('button', { name: 'Save changes to at-hand' }).click()
  await other.page.getByText('Saved as at-hand').waitFor()
  await other.close()
  await name.fill('connected')
  await save.click()
  await page.getByRole('heading', { name: 'Somebody else changed it meanwhile' }).waitFor()
  await page.getByRole('cell', { name: 'online and test' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await shows(() => name.inputValue(), 'connected', 'what was typed is still there')
  await save.click()
  await page.waitForURL((url) => url.searchParams.get('saved') === 'connected')
  await page.getByText('Saved as connected').waitFor()
  await page.getByRole('button', { name: 'Delete connected' }).waitFor()
  assert.equal((await server.of('GET', '/filters/connected')).body.filter, 'online')
  assert.equal((await server.of('GET', '/filters/at-hand')).status, 404)
  await visit.close()
})

test('a change of many says first how many, wants their number typed, and reaches them all', async () => {
  const visit = await visitFleet({ filter: 'id ~ "lumen-03"' })
  const { page } = visit
  await row(page, 'lumen-0300').waitFor()
  await page.getByRole('button', { name: 'Change these devices' }).click()
  await page.getByText('This means 21 devices now.').waitFor()
  await page.getByRole('combobox', { name: 'What is to be done' }).selectOption('set')
  await page.getByRole('textbox', { name: 'Attribute', exact: true }).fill('site')
  await page.getByRole('textbox', { name: 'Value' }).fill('laboratory')
  const act = page.getByRole('button', { name: 'Change 21 devices' })
  await shows(() => act.isDisabled(), true)
  await page.getByRole('textbox', { name: /Type 21 to confirm/ }).fill('21')
  assert.deepEqual(await visit.flaws(), [])
  await act.click()
  await page.getByText('21 devices changed').waitFor()
  const { body } = await server.of(
    'GET',
    `/device-count?filter=${encodeURIComponent('attr.site = laboratory')}`,
  )
  assert.equal(body.count, 21)
  await visit.close()
})

test('a change of many does nothing when the filter means others by now', async () => {
  await server.of('POST', '/device-changes', {
    ...{ filter: 'id ~ "lumen-02"', change: { attributes: { lot: 'a' } } },
  })
  const visit = await visitFleet({ filter: 'attr.lot = a' })
  const { page } = visit
  await page.getByRole('button', { name: 'Change these devices' }).click()
  await page.getByText('This means 100 devices now.').waitFor()
  await server.of('PATCH', '/devices/lumen-0200', { attributes: { lot: null } })
  await page.getByRole('combobox', { name: 'What is to be done' }).selectOption('test')
  await page.getByRole('textbox', { name: /Type 100 to confirm/ }).fill('100')
  await page.getByRole('button', { name: 'Change 100 devices' }).click()
  await page.getByText('The filter means another number of devices by now').waitFor()
  await page.getByText('This means 99 devices now.').waitFor()
  const { body } = await server.of('GET', '/device-count?filter=test')
  assert.equal(body.count, 0)
  await visit.close()
})

test('what is typed while the server is away counts when it is back', async () => {
  const visit = await visitFleet()
  const { page } = visit
  await row(page, 'lumen-0001').waitFor()
  await page.context().setOffline(true)
  await bar(page).fill('id = lumen-0042')
  await page.getByText('The server does not answer').waitFor()
  // What was there stays.
  await shows(() => row(page, 'lumen-0001').count(), 1)
  await page.context().setOffline(false)
  await row(page, 'lumen-0001').waitFor({ state: 'detached' })
  await row(page, 'lumen-0042').waitFor()
  await shows(() => bar(page).inputValue(), 'id = lumen-0042')
  await visit.close()
})

test('who may only look is offered nothing else', async () => {
  const visit = await visitFleet(
    { filter: 'online' },
    { grants: [{ role: 'viewer', product: PRODUCT }] },
  )
  const { page } = visit
  await row(page, 'lumen-0001').waitFor()
  await shows(() => page.getByRole('button', { name: /Change|Save this filter/ }).count(), 0)
  await visit.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an accessibility checker finds nothing, also on a phone: ${colorScheme}`, async () => {
    const visit = await visitFleet(
      {},
      { look: { colorScheme, locale: 'de-DE', viewport: { width: 380, height: 800 } } },
    )
    const { page } = visit
    await row(page, POSTPONED).waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await page.getByText('Spalten').click()
    assert.deepEqual(await visit.flaws(), [])
    await visit.at(`${FLEET}?filter=${encodeURIComponent('lastseen < 7d')}`)
    await page.getByText('Bei Zeichen 1').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.at(`${FLEET}?filter=${encodeURIComponent('id = nobody')}`)
    await page.getByText('Kein Gerät ist gemeint').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}
