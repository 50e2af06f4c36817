/** What is around every screen of the console, in a real browser before a real server. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import express from 'express'
import { consoleRouter } from '../../packages/server/src/console/console-router.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { serverWithProduct } from './support/server-with-product.ts'
import { Visit } from './support/visit.ts'

const SCREENS = [
  ...['/', '/first-steps', '/cases', '/reports', '/audit', '/settings'],
  ...[
    '',
    '/fleet',
    '/releases',
    '/rollouts',
    '/new-rollout',
    '/vulnerabilities',
    '/advisories',
  ].map((screen) => `/products/${PRODUCT}${screen}`),
]

const browser = await openBrowser()
after(() => browser.close())

test('who is not signed in is led to the door, and from it to where the link went', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  await visit.page.context().clearCookies()
  await visit.page.goto(`${visit.origin}/console/audit`)
  await visit.page.waitForURL((url) => url.pathname === '/sign-in')
  assert.equal(new URL(visit.page.url()).searchParams.get('next'), '/console/audit')
  await visit.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an accessibility checker finds nothing on any screen: ${colorScheme}`, async (t) => {
    const server = await serverWithProduct(t)
    const locale = colorScheme === 'light' ? 'en-GB' : 'de-DE'
    const visit = await Visit.open(browser, server, {
      look: { colorScheme, locale, viewport: { width: 380, height: 800 } },
    })
    for (const screen of SCREENS) {
      await visit.at(screen)
      assert.deepEqual(await visit.flaws(), [], screen)
    }
    await visit.close()
  })
}

test('who reads German fetches the German words alone, and in English what they lack', async (t) => {
  const server = await serverWithProduct(t)
  const look = { locale: 'de-DE' }
  const tables: string[] = []
  const noting = (visit: Visit) =>
    visit.page.on('response', (response) => {
      const table = /\/assets\/(de|en)-/.exec(response.url())?.[1]
      if (table !== undefined) tables.push(table)
    })
  const whole = await Visit.open(browser, server, { look })
  noting(whole)
  await whole.at('/')
  await whole.page.getByText('Zum Inhalt springen').waitFor({ state: 'attached' })
  assert.deepEqual(tables, ['de'])
  await whole.close()

  const lacking = await Visit.open(browser, server, { look })
  noting(lacking)
  await lacking.page.route(/\/assets\/de-/, async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace('skip:', 'notSkip:')
    await route.fulfill({ response: answer, body })
  })
  await lacking.at('/')
  await lacking.page.getByText('Skip to the content').waitFor({ state: 'attached' })
  assert.deepEqual(tables, ['de', 'de', 'en'])
  await lacking.close()
})

test('Ctrl-K leads to a screen without a mouse', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  await visit.at('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('roll')
  await page.getByRole('option', { name: /^Rollouts/ }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname.endsWith(`/${PRODUCT}/rollouts`))
  await page.getByRole('heading', { name: 'Rollouts', level: 1 }).waitFor()
  await visit.close()
})

test('Enter that comes before the search has answered leads to what was typed, and not to what stood there', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  await visit.at('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('option').first().waitFor()
  const search = page.getByRole('combobox', { name: /^Search/ })
  await search.fill('rollouts')
  await search.press('Enter')
  await page.waitForURL((url) => url.pathname.endsWith(`/${PRODUCT}/rollouts`))
  await visit.close()
})

test('Ctrl-K finds what has an address within a screen, by its own name', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  await visit.at('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('tokens')
  await page.getByRole('option', { name: /^API tokens/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/console/settings/tokens')
  await visit.close()
})

test('an address without a thing says so in words, and the way to a product stays', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  const nothing = page.getByText('There is nothing at this address')
  for (const path of ['/cases/nope', `/products/${PRODUCT}/vulnerabilities/nope`]) {
    await visit.at(path)
    await nothing.waitFor()
    await shows(() => nothing.count(), 1, path)
    assert.doesNotMatch(await page.innerText('main'), /pattern/)
    assert.deepEqual(await visit.flaws(), [], path)
  }
  await visit.at('/products/nope/fleet')
  await nothing.waitFor()
  await page.getByText('The link may be old.').waitFor()
  await shows(() => page.getByRole('combobox', { name: 'Product' }).inputValue(), PRODUCT)
  await visit.at('/settings/nope')
  await nothing.waitFor()
  await page.getByText('The link may be old.').waitFor()
  await visit.close()
})

test('a server that is away is said once, and when it is back the page goes on by itself', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at('/')
  const context = page.context()
  await context.setOffline(true)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('nothing')
  await page.getByText('The server does not answer').waitFor()
  await shows(() => page.getByText('The server does not answer').count(), 1)
  await context.setOffline(false)
  await page.getByText('The server does not answer').waitFor({ state: 'detached' })
  await visit.close()
})

test('a page on which nobody does anything says it, too', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  const lines = ['**/api/1/events', '**/healthz']
  for (const line of lines) await page.route(line, (route) => route.abort('connectionrefused'))
  await visit.at('/')
  await page.getByText('The server does not answer').waitFor()
  for (const line of lines) await page.unroute(line)
  await page.getByText('The server does not answer').waitFor({ state: 'detached' })
  await visit.close()
})

test('news that do not end keep no slow answer from being shown', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  const news = { id: '1', type: 'rollout.changed', at: 0, data: {} }
  await page.route('**/api/1/events', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `retry: 50\ndata: ${JSON.stringify(news)}\n\n`,
    }),
  )
  await page.route(`**/api/1/products/${PRODUCT}/rollouts?*`, async (route) => {
    await pause(1500)
    await route.continue().catch(() => {
      // It was asked anew.
    })
  })
  await visit.at(`/products/${PRODUCT}/rollouts`)
  await visit.close()
})

test('a screen that breaks says so, and the way to the others stays', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  // An answer of another shape than the one that the document promises.
  await page.route('**/api/1/attention', (route) => route.fulfill({ json: { matters: 'none' } }))
  await page.goto(`${visit.origin}/console/`)
  await page.getByRole('heading', { name: 'This page broke' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  await visit.close()
})

test('a server on which the console was not built says what to do, and does everything else', async () => {
  const listening = createServer(express().use(consoleRouter(null))).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/console/`)
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /npm run console:build/)
  listening.close()
})

test('its files are of this server alone: a policy without exceptions, names that change with what is in them', async (t) => {
  const server = await serverWithProduct(t)
  const page = await fetch(server.url('/console/anything/at/all'))
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const policy = page.headers.get('content-security-policy') ?? ''
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "require-trusted-types-for 'script'",
  ]) {
    assert.ok(policy.includes(rule), policy)
  }
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  const text = await page.text()
  const assets = [...text.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(
    ([, path]) => path,
  )
  assert.ok(assets.length >= 2)
  for (const path of assets) {
    const file = await fetch(server.url(path ?? ''))
    assert.equal(file.status, 200)
    assert.match(file.headers.get('cache-control') ?? '', /immutable/)
  }
  for (const path of ['/console/assets/..%2fpackage.json', '/console/assets/nothing.js']) {
    assert.equal((await fetch(server.url(path))).status, 404, path)
  }
})
