/** Settings at the console: people, tokens, webhooks, feeds, keys, mail, the server. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const HOSTILE = '<img src=x onerror=alert(1)>'
const PARTS = ['people', 'tokens', 'webhooks', 'feeds', 'keys', 'mail', 'server']

const browser = await openBrowser()
after(() => browser.close())

async function server(t: TestContext): Promise<TestServer> {
  const started = await TestServer.start(t, {}, { at: new Date() })
  await started.product()
  return started
}

test('a person is added with a role, gets a link once, and more roles later', async (t) => {
  const started = await server(t)
  const visit = await Visit.open(browser, started)
  const { page } = visit
  await visit.at('/settings/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill(HOSTILE)
  await dialog.getByLabel('Login name').fill('grace@example.com')
  await dialog.getByLabel('Role').selectOption('operator')
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.getByText(/#fwi_/).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: HOSTILE }).click()
  await dialog.getByText('Operator · All products').waitFor()
  await dialog.getByLabel('Role').selectOption('securityOfficer')
  await dialog.getByRole('button', { name: 'Give this grant' }).click()
  await dialog.getByText('Security officer · All products').waitFor()
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await dialog.getByRole('button', { name: 'Enable' }).waitFor()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  const last = page.getByRole('dialog', { name: `Remove ${HOSTILE}?` })
  await last.waitFor()
  const remove = last.getByRole('button', { name: 'Remove', exact: true })
  await shows(() => remove.isDisabled(), true, 'nothing is typed yet')
  await last.getByRole('textbox').fill('grace@example.com')
  await remove.click()
  await page.getByRole('button', { name: HOSTILE }).waitFor({ state: 'detached' })
  await visit.close()
})

test('what the server refuses is said at its field, and what was typed stays', async (t) => {
  const visit = await Visit.open(browser, await server(t))
  const { page } = visit
  await visit.at('/settings/webhooks')
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill('https://example.com/hook')
  await dialog.getByLabel('Events').fill('Rollout!')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.locator('.field-error').filter({ hasText: 'must be a type' }).waitFor()
  await shows(() => dialog.getByLabel('Address').inputValue(), 'https://example.com/hook')
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByLabel('Events').fill('rollout.*')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.getByText(/whsec_/).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('cell', { name: 'https://example.com/hook' }).waitFor()
  await visit.close()
})

test('a form that is cancelled makes nothing, and the button that opened it has the focus again', async (t) => {
  const visit = await Visit.open(browser, await server(t))
  const { page } = visit
  for (const [part, opener, label] of [
    ['tokens', 'New token', 'Name'],
    ['feeds', 'Add a source', 'Feed'],
  ] as const) {
    await visit.at(`/settings/${part}`)
    const button = page.getByRole('button', { name: opener }).first()
    await button.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(label, { exact: true }).fill('given-up')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    // A frame later where the page behind the dialog was not drawn yet when it closed.
    await button.and(page.locator(':focus')).waitFor()
    await shows(() => page.getByText('given-up').count(), 0, part)
  }
  await visit.close()
})

test('why a feed was not fetched, and a webhook not delivered, is said in the language of the page', async (t) => {
  const started = await server(t)
  const source = { feed: 'osv-npm', kind: 'osv', place: 'https://localhost/all.zip' }
  const set = await started.call('POST', '/feed-sources', { ...source, everySeconds: 3600 })
  assert.equal(set.status, 201)
  await started.keepBooks()
  const hook = { url: 'https://localhost/hook', types: ['rollout.*'] }
  await started.call('POST', '/webhooks', hook)
  const visit = await Visit.open(browser, started, { look: { locale: 'de-DE' } })
  const { page } = visit
  await visit.at('/settings/feeds')
  await page.getByText('Das ist keine https-Adresse, die erreicht werden darf').waitFor()
  await visit.at('/settings/webhooks')
  await page.getByRole('button', { name: 'Testen' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Der Test kam bei https://localhost/hook nicht an.').waitFor()
  await alert.getByText('Das ist keine https-Adresse, die erreicht werden darf').waitFor()
  await visit.close()
})

test('who may not see a list is told so, and not that there is nothing in it', async (t) => {
  const started = await server(t)
  const grants = [{ role: 'administrator', product: PRODUCT }] as const
  const visit = await Visit.open(browser, started, { grants })
  await visit.at('/settings/webhooks?product=of-somebody-else')
  await visit.page.getByText('There is nothing at this address').waitFor()
  await shows(() => visit.page.getByText('Nobody is told yet').count(), 0)
  await visit.close()
})

test('a link that leads up in the path of the API shows nothing that the page does not speak of', async (t) => {
  const started = await server(t)
  const hook = { url: 'https://example.com/of-all', types: ['rollout.*'] }
  assert.equal((await started.call('POST', '/webhooks', hook)).status, 201)
  const visit = await Visit.open(browser, started)
  await visit.at('/settings/webhooks?product=..')
  await visit.page.getByText('Nothing is called ..').waitFor()
  await shows(() => visit.page.getByText('https://example.com/of-all').count(), 0)
  await visit.close()
})

test('who administers one product sees and changes its webhooks, and is offered no others', async (t) => {
  const started = await server(t)
  const grants = [{ role: 'administrator', product: PRODUCT }] as const
  const visit = await Visit.open(browser, started, { grants })
  const { page } = visit
  const asked = new Set<string>()
  page.on('request', (request) => asked.add(new URL(request.url()).pathname))
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  await page.route('**/api/1/products?*', (route) => answered.then(() => route.continue()))
  await page.goto(`${visit.origin}/console/settings/webhooks`)
  await page.locator('main [data-loading]').waitFor()
  answer()
  await visit.loaded()
  await shows(() => page.getByLabel('Webhooks of').locator('option').allTextContents(), [PRODUCT])
  await page.getByRole('button', { name: 'Add a webhook' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill('https://example.com/of-one')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.getByText(/whsec_/).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('cell', { name: 'https://example.com/of-one' }).waitFor()
  const ofProduct = (await started.call('GET', `/products/${PRODUCT}/webhooks`)).body
  assert.deepEqual(
    ofProduct.map(({ url }: { url: string }) => url),
    ['https://example.com/of-one'],
  )
  assert.deepEqual((await started.call('GET', '/webhooks')).body, [])
  assert.deepEqual(
    [...asked].filter((path) => path.endsWith('/webhooks') && path.startsWith('/api/')),
    [`/api/1/products/${PRODUCT}/webhooks`],
    'those of all products were not asked for in vain',
  )
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  await page.getByRole('button', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nobody is told yet').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`each part reads well on a telephone, in German, and an accessibility checker finds nothing: ${colorScheme}`, async (t) => {
    const viewport = { width: 380, height: 800 }
    const look = { colorScheme, locale: 'de-DE', viewport } as const
    const visit = await Visit.open(browser, await server(t), { look })
    for (const part of PARTS) {
      await visit.at(`/settings/${part}`)
      assert.deepEqual(await visit.flaws(), [], part)
    }
    await visit.close()
  })
}
