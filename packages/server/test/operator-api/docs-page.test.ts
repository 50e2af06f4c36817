/** The page of the OpenAPI document, in a browser: it comes from this server alone and asks nobody else for anything. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../../../../test/page/browser.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

test('the document is a page for who is signed in, from this server alone, under a strict policy', async (t) => {
  const server = await TestServer.start(t)
  const stranger = await fetch(server.url('/api/1/docs'))
  assert.equal(stranger.status, 401)
  assert.equal((await fetch(server.url('/api/1/docs/swagger-ui.css'))).status, 401)

  const person = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const [name = '', value = ''] = (person.credential.cookie ?? '').split('=')
  const browser = await openBrowser()
  t.after(() => browser.close())
  const context = await browser.newContext()
  context.setDefaultTimeout(10_000)
  await context.addCookies([{ name, value, url: server.url('/'), sameSite: 'Strict' }])
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))

  const answer = await page.goto(server.url('/api/1/docs'))
  const policy = answer?.headers()['content-security-policy'] ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
  await page.waitForSelector('.opblock-summary-path')
  // Of so many operations the page shows those that are in view.
  const rollouts = page.getByText('/products/{product}/rollouts', { exact: true })
  for (let step = 0; step < 100 && (await rollouts.count()) === 0; step += 1) {
    await page.evaluate(`new Promise((shown) => {
      scrollBy(0, innerHeight / 2)
      requestAnimationFrame(() => requestAnimationFrame(shown))
    })`)
  }
  assert.ok((await rollouts.count()) > 0)
  await page.evaluate('scrollTo(0, 0)')

  // A change from the page is one of our own pages'.
  const operation = page.locator('#operations-default-postProducts')
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.locator('textarea').first().fill('{"id":"lumen-from-the-page"}')
  await operation.getByRole('button', { name: 'Execute' }).click()
  await operation.locator('.live-responses-table').waitFor()
  const { body } = await server.call('GET', '/products/lumen-from-the-page')
  assert.equal(body.id, 'lumen-from-the-page')

  // The way from the browser to the command line, as docs/accounts.md goes it.
  const tokens = page.locator('#operations-default-postMeTokens')
  for (let step = 0; step < 100 && (await tokens.count()) === 0; step += 1) {
    await page.evaluate(`new Promise((shown) => {
      scrollBy(0, innerHeight / 2)
      requestAnimationFrame(() => requestAnimationFrame(shown))
    })`)
  }
  await tokens.locator('.opblock-summary-control').click()
  await tokens.getByRole('button', { name: 'Try it out' }).click()
  const wanted = { name: 'my desk', scopes: ['product.read', 'finding.decide'], product: '*' }
  await tokens.locator('textarea').first().fill(JSON.stringify(wanted))
  await tokens.getByRole('button', { name: 'Execute' }).click()
  const shown = await tokens.locator('.live-responses-table').innerText()
  const [secret = ''] = /fwt_[\w-]+/.exec(/"secret":[^\n]+/.exec(shown)?.[0] ?? '') ?? []
  assert.match(secret, /^fwt_[0-9a-f]{16}[\w-]{20,}$/)
  const mine = await fetch(server.url('/api/1/me'), {
    headers: { authorization: `Bearer ${secret}` },
  })
  assert.equal(mine.status, 200)

  const origin = new URL(server.url('/')).origin
  const foreign = asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))
  assert.deepEqual(foreign, [])
  assert.deepEqual(complaints, [])
})

test('nothing but the page’s own files is served there', async (t) => {
  const server = await TestServer.start(t)
  for (const file of [
    'package.json',
    'index.html',
    '..%2fopenapi.ts',
    'swagger-ui-bundle.js.map',
  ]) {
    const { status } = await server.call('GET', `/docs/${file}`)
    assert.equal(status, 400, file)
  }
})
