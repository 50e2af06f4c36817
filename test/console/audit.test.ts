/** The audit log at the console. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const PRODUCT = 'lumen-gateway-g1'

const browser = await openBrowser()
after(() => browser.close())

test('the log is searched by a link that can be sent, and its chain is verified', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  const added = await server.call('POST', '/accounts', {
    ...{ kind: 'person', name: 'Hostile <img src=x onerror=alert(1)>', login: 'hostile' },
  })
  assert.equal(added.status, 201, JSON.stringify(added.body))
  const visit = await Visit.open(browser, server)
  const { page } = visit

  await visit.at('/audit')
  await page.getByRole('searchbox', { name: 'What', exact: true }).fill('product.created')
  await page.getByRole('button', { name: 'Search', exact: true }).last().click()
  await page.waitForURL((url) => url.searchParams.get('action') === 'product.created')
  const rows = page.locator('tbody tr')
  await page.getByRole('link', { name: 'product.created' }).first().waitFor()
  await rows.filter({ hasText: 'account.' }).first().waitFor({ state: 'detached' })
  await shows(() => rows.count(), 1)
  assert.deepEqual(await visit.flaws(), [])

  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await page.getByText(/Whole: all \d+ lines follow/).waitFor()

  await visit.at('/audit')
  await rows.filter({ hasText: 'account.created' }).locator('summary').first().click()
  await page.getByText('Hostile <img src=x onerror=alert(1)>').first().waitFor()
  await visit.close()
})

test('a line that somebody changed behind the server is found, and said loudly', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  assert.equal((await server.call('POST', '/products', { id: PRODUCT })).status, 201)
  const visit = await Visit.open(browser, server, {
    look: { locale: 'de-DE', colorScheme: 'dark' },
  })
  await visit.at('/audit')
  await server.edge?.database
    .updateTable('audit_entries')
    .set({ line: '{"seq":1}' })
    .where('seq', '=', 1)
    .execute()
  await visit.page.getByRole('button', { name: 'Kette prüfen' }).click()
  await visit.page.getByText(/Gebrochen bei Zeile/).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})
