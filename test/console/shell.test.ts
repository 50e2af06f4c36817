/** What is around every screen of the console, in a real browser before a real server. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { Visit } from './support/visit.ts'

const PRODUCT = 'lumen-gateway-g1'
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

async function serverWithProduct(t: { after(end: () => unknown): void }): Promise<TestServer> {
  const server = await TestServer.start(t, {}, { at: new Date() })
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  return server
}

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
  assert.equal(await page.getByText('The server does not answer').count(), 1)
  await context.setOffline(false)
  await page.getByText('The server does not answer').waitFor({ state: 'detached' })
  await visit.close()
})
