/**
 * The owner's page against other pages in the owner's own browser, which is paired: CSRF, clickjacking, DNS
 * rebinding, another port of the same host. Sent by a real browser, because what is tried here is what browsers do.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { OwnersBrowser, openBrowser } from './browser.ts'
import { ShownDevice, worstDay } from './shown-device.ts'
import { shows } from './shows.ts'

const device = await ShownDevice.open(worstDay())
after(() => device.close())
const { port } = new URL(device.url)
// Whoever owns a name can let it lead to this machine, after the browser has asked once.
const browser = await openBrowser('--host-resolver-rules=MAP evil.example 127.0.0.1')
after(() => browser.close())

/** The attacker's page: on another port of this machine, and, by its name, on another site. */
const seenByAttacker: (string | undefined)[] = []
const attacker = createServer((request, response) => {
  seenByAttacker.push(request.headers.cookie)
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>free games</title>')
})
attacker.listen(0, '127.0.0.1')
await once(attacker, 'listening')
after(() => {
  attacker.close()
  attacker.closeAllConnections()
})
const attackersPort = (attacker.address() as AddressInfo).port
const PAGES = [`http://localhost:${attackersPort}/`, `http://evil.example:${attackersPort}/`]

const changes = () => device.asked.filter(({ method }) => method !== 'GET')
/** The owner's own page lies open beside and asks these again every two seconds. */
const OWN_PATHS = ['/1/status', '/1/updates', '/1/events']
const foreign = () => device.asked.filter(({ path }) => !OWN_PATHS.includes(path))

for (const from of PAGES) {
  test(`a page at ${new URL(from).hostname} on another port can change, read and frame nothing`, async () => {
    const owner = await OwnersBrowser.open(browser)
    const { page } = await owner.enter(device)
    const token = await page.evaluate<string>('localStorage.getItem("fleetward.token")')
    const evil = await page.context().newPage()
    await evil.goto(from)
    device.asked.length = 0
    const outcomes = await evil.evaluate<string[]>(`(async () => {
      const target = 'http://localhost:${port}/1/opt-out'
      const tries = [
        () => fetch(target, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }),
        () => fetch(target, { method: 'POST', credentials: 'include', body: '{}',
          headers: { 'content-type': 'application/json' } }),
        // Even with a token that was stolen.
        () => fetch(target, { method: 'POST', credentials: 'include', body: '{}',
          headers: { 'content-type': 'application/json', 'fleetward-token': ${JSON.stringify(token)} } }),
        // What the owner's page does not ask for on its first view.
        () => fetch('http://localhost:${port}/1/log', { credentials: 'include' }),
        () => fetch('http://localhost:${port}/session', { method: 'POST', mode: 'no-cors', body: '{"code":"x"}' }),
      ]
      return Promise.all(tries.map((attempt) => attempt().then(({ type }) => type, () => 'failed')))
    })()`)
    assert.deepEqual(outcomes, Array(5).fill('failed'))

    const blocked = evil.waitForEvent('console', (message) =>
      /frame-ancestors|X-Frame-Options|Refused to/i.test(message.text()),
    )
    await evil.evaluate(`(() => {
      const form = document.createElement('form')
      Object.assign(form, { method: 'POST', action: 'http://localhost:${port}/1/reset', enctype: 'text/plain', target: 'frame' })
      const frame = document.createElement('iframe')
      frame.name = 'frame'
      document.body.append(form, frame)
      form.submit()
      const other = document.createElement('iframe')
      other.src = 'http://localhost:${port}/'
      document.body.append(other)
    })()`)
    await blocked
    assert.deepEqual(foreign(), [])

    // What was refused has not cost the owner their session.
    await page.click('#check')
    await page.getByText('The device is looking for updates').waitFor()
    assert.deepEqual(
      changes().map(({ path }) => path),
      ['/1/check'],
    )
    await owner.close()
  })
}

test('a name of the attacker’s that leads to the device gets no page at all: DNS rebinding', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = await owner.enter(device)
  const rebound = await page.context().newPage()
  const answer = await rebound.goto(`http://evil.example:${port}/`)
  assert.equal(answer?.status(), 421)
  device.asked.length = 0
  const status = await rebound.evaluate<number>(
    `fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: ${JSON.stringify(device.code)} }) }).then(({ status }) => status)`,
  )
  assert.equal(status, 421)
  assert.deepEqual(foreign(), [])
  await owner.close()
})

test('the cookie that another port of this host is sent opens nothing', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = await owner.enter(device)
  seenByAttacker.length = 0
  const other = await page.context().newPage()
  await other.goto(`http://localhost:${attackersPort}/`)
  const stolen = seenByAttacker.find((cookie) => cookie?.startsWith('fleetward='))
  assert.ok(stolen, 'browsers send cookies to every port of a host')
  const { request } = await import('node:http')
  const sent = request({
    ...{ host: '127.0.0.1', port, path: '/1/status', agent: false },
    headers: { host: `localhost:${port}`, cookie: stolen },
  }).end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  assert.equal(answer.statusCode, 401)
  await owner.close()
})

test('what the device tells never becomes markup or script', async () => {
  const hostile =
    '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'
  const spoilt = worstDay()
  Object.assign(spoilt.status, {
    ...{
      model: hostile,
      version: hostile,
      device: hostile,
      securityContact: `javascript:alert(1)`,
    },
    manufacturer: { name: hostile, contact: hostile, url: 'javascript:alert(1)' },
  })
  const [notice = {}] = spoilt.notices as Record<string, never>[]
  Object.assign(notice, { what: hostile, url: 'javascript:alert(1)' })
  const shown = await ShownDevice.open(spoilt)
  after(() => shown.close())
  const owner = await OwnersBrowser.open(browser)
  const { page } = await owner.enter(shown)
  for (const view of ['overview', 'settings', 'activity', 'data', 'about']) {
    await owner.view(view)
    await shows(() => page.locator('main img, main script, a[href^="javascript"]').count(), 0, view)
    assert.doesNotMatch(await page.title(), /^owned$/)
  }
  await owner.close()
})
