/** What strangers make the server do is bounded, and what everybody gets alike is never shown when it was withdrawn. */
import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { after, before, test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { PublicSite } from '../support/public-site.ts'
import { Stranger } from '../support/stranger.ts'

const PROXY = '127.0.0.9'
const AT_ONCE = 600
const ended = endings()
let site: PublicSite

before(async () => {
  site = await PublicSite.open(ended, { publicProxies: [PROXY] })
})
after(() => ended.endAll())

const port = () => site.server.running?.ports.public ?? 0

/** Through the proxy that the settings name, for somebody else each. */
const someone = (forwarded: string) => new Stranger(port(), { 'x-forwarded-for': forwarded }, PROXY)
const behind = (forwarded: string) => someone(forwarded).get('/site.json')

async function flood(path: string, forwarded: string, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const stranger = someone(forwarded)
  await Promise.all(Array.from({ length: count }, () => stranger.get(path, agent)))
  agent.destroy()
}

test('an address that asks without end is told to wait, and others are answered', async () => {
  await flood('/security/style.css', '198.51.100.7', AT_ONCE)
  const refused = await behind('198.51.100.7')
  assert.equal(refused.status, 429)
  assert.equal(refused.headers['retry-after'], '1')
  assert.equal(JSON.parse(refused.text).code, 'TOO_MANY_REQUESTS')
  assert.equal((await behind('198.51.100.8')).status, 200)
  // What a whole fleet behind one address reads has no such limit.
  const fleet = someone('198.51.100.7')
  assert.equal((await fleet.get(`/tuf/${PRODUCT}/metadata/1.root.json`)).status, 200)
})

test('addresses that nothing is at count like pages, where a browser asks', async () => {
  const asking = { 'x-forwarded-for': '198.51.100.9', accept: 'text/html' }
  const browser = new Stranger(port(), asking, PROXY)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, () => browser.get('/no/such/page', agent)),
  )
  agent.destroy()
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [404])
  assert.equal((await browser.get('/no/such/page')).status, 429)
  assert.equal((await behind('198.51.100.9')).status, 429)
})

for (const path of [
  ...['/', '/site.json', `/products/${PRODUCT}/information`, '/advisories'],
  `/products/${PRODUCT}/downloads?lang=de`,
]) {
  test(`${path} is not sent again to who has it, and says so in its own language`, async () => {
    const first = await site.read(path)
    const etag = String(first.headers.etag)
    assert.equal(first.headers['cache-control'], 'no-cache')
    const again = new Stranger(port(), { 'if-none-match': etag })
    const { status, text, headers } = await again.get(path)
    assert.deepEqual([status, text, headers.etag], [304, '', etag])
    if (path.includes('.json') || path.includes('lang=')) return
    const german = new Stranger(port(), { 'if-none-match': etag, 'accept-language': 'de' })
    assert.equal((await german.get(path)).status, 200)
  })
}

test('who has a page of a product that is withdrawn hears that it is gone, also in a crowd', async () => {
  const path = `/products/${PRODUCT}/information`
  const etag = String((await site.read(path)).headers.etag)
  const list = String((await site.read('/site.json')).headers.etag)
  const has = new Stranger(port(), { 'if-none-match': etag })
  // Readings that began before must serve nobody who asks after.
  const crowd = Array.from({ length: 50 }, () => has.get(path))
  const body = { isPublic: false, language: 'en' }
  const at = `/products/${PRODUCT}/information`
  await site.done(site.server.call('POST', at, body, { 'if-match': '*' }))
  const after = await Promise.all(Array.from({ length: 20 }, () => has.get(path)))
  assert.deepEqual([...new Set(after.map(({ status }) => status))], [404])
  await Promise.all(crowd)
  const other = await new Stranger(port(), { 'if-none-match': list }).get('/site.json')
  assert.equal(other.status, 200)
  assert.ok(!other.text.includes(`"${at}`))
})
