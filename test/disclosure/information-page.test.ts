/** The page for users of Annex II in a real browser: whole or not there, every language, both colours. CRA P-022, P-025, P-145, L-07 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startEdge } from '../../packages/server/src/edge.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { wholeFacts } from '../../packages/server/test/support/whole-facts.ts'
import { follow, openBrowser, violations } from '../page/browser.ts'
import { assertReadable, onTelephone } from './telephone.ts'

const INFORMATION = '/products/lumen/information'
const FACTS = '/products/lumen/facts'
const ANY = { 'if-match': '*' }

const ended = endings()
let browser: Browser
let server: TestServer
let page: string

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  server = await TestServer.start(ended, {}, { startEdge })
  await server.call('POST', '/products', { id: 'lumen' })
  page = `https://127.0.0.1:${server.running?.ports.public}${INFORMATION}`
})
after(() => ended.endAll())

async function visited(locale: string, colorScheme: 'light' | 'dark' = 'light') {
  const visitor = await onTelephone(browser, { locale, colorScheme })
  const answer = await visitor.page.goto(page)
  return { visitor, status: answer?.status() }
}

test('nothing is public until all nine points are there, and the refusal names what is missing', async () => {
  const nobody = await server.call('POST', INFORMATION, { isPublic: true }, ANY)
  assert.deepEqual([nobody.status, nobody.body.code], [422, 'INFORMATION_INCOMPLETE'])
  const { singlePointOfContact: _, ...without } = wholeFacts()
  await server.call('POST', FACTS, without, { 'if-match': '"0"' })
  const { status, body } = await server.call('POST', INFORMATION, { isPublic: true }, ANY)
  assert.equal(status, 422)
  assert.equal(body.facts.missing, 'singlePointOfContact.address, singlePointOfContact.policyUrl')
  const { body: standing } = await server.call('GET', INFORMATION)
  assert.deepEqual(
    [standing.isPublic, standing.isWhole, standing.missing.length],
    [false, false, 1],
  )
  const { visitor, status: seen } = await visited('en-GB')
  assert.equal(seen, 404)
  await visitor.close()
})

test('the page shows the facts that were published, all nine points, as text and never as markup', async () => {
  const facts = { ...wholeFacts(), intendedPurpose: 'Switches <b>lamps</b> & blinds.' }
  await server.call('POST', FACTS, facts, ANY)
  const published = await server.call('POST', INFORMATION, { isPublic: true, language: 'de' }, ANY)
  assert.equal(published.status, 200, JSON.stringify(published.body))
  assert.equal(published.body.address.endsWith(INFORMATION), true)
  const { visitor, status } = await visited('en-GB')
  assert.equal(status, 200)
  const text = await visitor.page.innerText('main')
  for (const point of [
    ...['Information for users: Lumen Gateway G1', 'Lichtweg 1\n10115 Berlin'],
    ...['security@lumen.example', 'LG1-NNNNNNNN', 'Switches <b>lamps</b> & blinds.'],
    ...['operated openly on the internet', 'https://lumen.example/declaration', 'December 2034'],
    ...[
      'https://lumen.example/opt-out',
      'https://lumen.example/sbom',
      'Does not apply: it is no part',
    ],
  ]) {
    assert.ok(text.includes(point), point)
  }
  assert.equal(await visitor.page.locator('main section h2').count(), 9)
  assert.equal(await visitor.page.locator('main [lang=de]').first().count(), 1)
  assert.equal(await visitor.page.locator('main b').count(), 0)

  // What is written later is shown when somebody publishes it.
  await server.call('POST', FACTS, { ...facts, name: 'Lumen G2' }, ANY)
  await visitor.page.reload()
  assert.match(await visitor.page.innerText('h1'), /Lumen Gateway G1/)
  const { body } = await server.call('GET', INFORMATION)
  assert.deepEqual([body.publishedFacts, body.newestFacts], [2, 3])
  await visitor.page.emulateMedia({ media: 'print' })
  assert.equal(await visitor.page.isVisible('footer'), false)
  assert.equal(await visitor.page.isVisible('main h1'), true)
  await visitor.close()
})

for (const [locale, colorScheme, title] of [
  ['en-GB', 'light', /^Information for users/],
  ['de-DE', 'dark', /^Informationen für Nutzer/],
  ['fr-FR', 'light', /^Informations pour les utilisateurs/],
  ['en-GB', 'dark', /^Information for users/],
] as const) {
  test(`the page has no accessibility violation and fits a telephone: ${locale}, ${colorScheme}`, async () => {
    const { visitor } = await visited(locale, colorScheme)
    await assertReadable(visitor, { locale }, 'the page')
    assert.match(await visitor.page.innerText('h1'), title)
    await visitor.close()
  })
}

test('where reports go is one click away once it is said, and the page goes away when it is withdrawn', async () => {
  const { visitor } = await visited('en-GB')
  const ways = () => visitor.page.locator('header nav a').allInnerTexts()
  assert.deepEqual(await ways(), ['Products'])
  const settings = { contacts: ['mailto:security@example.com'], organisation: 'Lumen Works' }
  await server.call('PATCH', '/disclosure/settings', settings)
  await visitor.page.reload()
  await follow(visitor.page, 'header nav a[href^="/security/"]')
  assert.match(await visitor.page.innerText('h1'), /disclosure/i)
  const gone = await server.call('POST', INFORMATION, { isPublic: false }, ANY)
  assert.deepEqual([gone.status, gone.body.isPublic], [200, false])
  const answer = await visitor.page.goto(page)
  assert.equal(answer?.status(), 404)
  await visitor.close()
})

test('the page says how near the end of support is, from a year before it (CRA P-022)', async () => {
  const { status } = await server.call('POST', INFORMATION, { isPublic: true }, ANY)
  assert.equal(status, 200)
  const before = server.clock.at
  const noted = async (month: string, locale = 'en-GB') => {
    server.clock.at = new Date(`${month}-02T00:00:00Z`)
    const { visitor } = await visited(locale)
    assert.deepEqual(await violations(visitor), [])
    const notes = await visitor.page.getByRole('note').allInnerTexts()
    await visitor.close()
    return notes
  }
  assert.deepEqual(await noted('2033-12'), [])
  assert.deepEqual(await noted('2034-01'), ['Security updates for this product end within a year.'])
  assert.deepEqual(await noted('2034-12', 'de-DE'), [
    'Sicherheitsupdates für dieses Produkt enden innerhalb eines Monats.',
  ])
  assert.deepEqual(await noted('2035-01', 'fr-FR'), [
    'Ce produit ne reçoit plus de mises à jour de sécurité.',
  ])
  server.clock.at = before
})
