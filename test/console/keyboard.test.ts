/** The console without a mouse, and what it says aloud. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { EVERYTHING, everyScreen } from './support/every-screen.ts'
import { flawsByKeyboard } from './support/focus-walk.ts'
import { press, tabTo } from './support/keyboard.ts'
import { Visit } from './support/visit.ts'

/** Longer than any screen waits before it asks again by itself. */
const QUIET_MS = 11_000
/** Longer than a page takes to draw what it was answered. */
const DRAWN_MS = 1_000

const browser = await openBrowser()
after(() => browser.close())

/** A page that has all it asked for, and has asked for nothing more since. The stream of events never ends. */
function restOf(page: Page): () => Promise<void> {
  const open = new Set<Request>()
  let movedAt = performance.now()
  page.on('request', (request) => {
    if (!request.url().endsWith('/events')) open.add(request)
    movedAt = performance.now()
  })
  const over = (request: Request) => {
    open.delete(request)
    movedAt = performance.now()
  }
  page.on('requestfinished', over)
  page.on('requestfailed', over)
  return async () => {
    while (open.size > 0 || performance.now() - movedAt < DRAWN_MS) await pause(100)
  }
}

const focusedText = (page: Page) =>
  page.evaluate<string>('document.activeElement?.textContent?.trim() ?? ""')

async function makeToken(page: Page, name: string): Promise<void> {
  await press(page, 'New token')
  await tabTo(page, 'Name')
  await page.keyboard.type(name)
  await tabTo(page, 'device.read')
  await page.keyboard.press('Space')
  await press(page, 'Make')
}

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 380, height: 700 },
]) {
  test(`every control of every screen is reached by Tab, and seen when it is: ${viewport.width} wide`, async (t) => {
    const { server, paths } = await everyScreen(t)
    const visit = await Visit.open(browser, server, { grants: EVERYTHING, look: { viewport } })
    const rest = restOf(visit.page)
    const flaws: string[] = []
    for (const path of paths) {
      await visit.at(path)
      let found = await flawsByKeyboard(visit.page)
      if (found.length > 0) {
        // The walk had gone by where something still came.
        await rest()
        found = await flawsByKeyboard(visit.page)
      }
      flaws.push(...found.map((flaw) => `${path}: ${flaw}`))
    }
    assert.deepEqual(flaws, [])
    await visit.close()
  })
}

test('on a telephone, where one is stands in sight among all the places, in German too', async (t) => {
  const { server, paths } = await everyScreen(t)
  const look = { viewport: { width: 380, height: 700 }, locale: 'de-DE' }
  const visit = await Visit.open(browser, server, { grants: EVERYTHING, look })
  for (const path of paths) {
    await visit.at(path)
    const hidden = await visit.page.evaluate<
      string[]
    >(`[...document.querySelectorAll('nav [aria-current]')].filter((it) => {
      const { left, right } = it.getBoundingClientRect()
      return left < 0 || right > innerWidth
    }).map((it) => it.textContent)`)
    assert.deepEqual(hidden, [], path)
  }
  await visit.close()
})

test('the first stop skips to the content, past everything that is around every screen', async (t) => {
  const { server } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING })
  const { page } = visit
  await visit.at(`/products/${PRODUCT}/releases`)
  await page.keyboard.press('Tab')
  await shows(() => focusedText(page), 'Skip to the content')
  const box = await page.getByRole('link', { name: 'Skip to the content' }).boundingBox()
  assert.ok(box !== null && box.x >= 0 && box.y >= 0, 'it is seen')
  await page.keyboard.press('Enter')
  await shows(() => page.evaluate('document.activeElement.id'), 'content')
  await page.keyboard.press('Tab')
  await shows(() => page.evaluate('document.activeElement.closest("main") !== null'), true)
  await visit.close()
})

test('a dialog that is left gives the focus back to what opened it', async (t) => {
  const { server } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING, provedAgo: 3_600 })
  const { page } = visit
  const openers: readonly (readonly [path: string, opener: string])[] = [
    ['/settings/people', 'Add a person'],
    ['/settings/webhooks', 'Add a webhook'],
    ['/settings/tokens', 'New token'],
    [`/products/${PRODUCT}/advisories`, 'Search Ctrl K'],
    [`/products/${PRODUCT}/releases/1.4.3`, 'Withdraw'],
  ]
  for (const [path, opener] of openers) {
    await visit.at(path)
    await press(page, opener)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: opener }).and(page.locator(':focus')).waitFor()
  }
  await visit.close()
})

test('who leaves what is not saved begins at the content of where they go', async (t) => {
  const { server } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING })
  const { page } = visit
  await visit.at(`/products/${PRODUCT}/about/facts?edit=yes`)
  await page.getByLabel('Intended purpose').fill('Typed, and not saved')
  await page.getByRole('link', { name: 'Audit' }).click()
  await press(page, 'Leave')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await shows(() => page.evaluate('document.activeElement.id'), 'content')
  await visit.close()
})

test('who leaves the question for a fresh proof is back at the button that asked for it', async (t) => {
  const { server } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING, provedAgo: 3_600 })
  const { page } = visit
  await visit.at('/settings/tokens')
  await makeToken(page, 'nightly')
  await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor()
  await press(page, 'Leave it')
  await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Make' }).and(page.locator(':focus')).waitFor()
  await visit.close()
})

test('what goes while it has the focus leaves it in the content, and not at the beginning of the page', async (t) => {
  const { server } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING })
  const { page } = visit
  const focused = page.locator('main:focus, main :focus')
  await visit.at('/settings/tokens')
  await makeToken(page, 'the-first')
  await page.getByText(/fwt_/).waitFor()
  await press(page, 'Done')
  await page.getByRole('cell', { name: 'the-first' }).waitFor()
  await focused.waitFor()
  await press(page, 'Remove')
  await page.getByRole('dialog', { name: 'the-first' }).waitFor()
  await press(page, 'Remove')
  await page.getByText('You have no tokens').waitFor()
  await focused.waitFor()
  await visit.close()
})

test('what nothing happens to says nothing, however often it is asked for anew', async (t) => {
  const { server, paths } = await everyScreen(t)
  const visit = await Visit.open(browser, server, { grants: EVERYTHING })
  const { page } = visit
  const rest = restOf(page)
  for (const screen of [/\/fleet$/, /\/rollouts\/.+/, /\/cases\/.+/, /^\/$/]) {
    const path = paths.find((one) => screen.test(one)) ?? ''
    await visit.at(path)
    // What is said when it is first there is none of this.
    await rest()
    await page.evaluate(`(() => {
      window.said = []
      const note = (changes) => {
        for (const { target } of changes) {
          const it = target.nodeType === 1 ? target : target.parentElement
          const live = it?.closest('[aria-live], [role=status], [role=alert]')
          if (live) window.said.push(live.textContent)
        }
      }
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
    })()`)
    await pause(QUIET_MS)
    await shows(() => page.evaluate('window.said'), [], path)
  }
  await visit.close()
})
