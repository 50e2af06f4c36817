/** A person at an address that nothing is at reads a page, on either listener; a program gets the problem that it knows. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { endings } from '../support/edge-under-test.ts'
import { Stranger } from '../support/stranger.ts'
import { TestServer } from '../support/test-server.ts'
import { WebVisitor } from '../support/web-visitor.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const GERMAN = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' }
const HOSTILE = [
  ...['/no"><script>alert(1)</script>', "/no'onload=alert(1)", '/no?lang=%22><script>x</script>'],
  ...['/no/../such', '/no/%zz', `/no/${'x'.repeat(3000)}`, '/no?site=files', '//evil.example/no'],
]

const ended = endings()
let server: TestServer

before(async () => {
  server = await TestServer.start(ended, {}, { startEdge })
})
after(() => ended.endAll())

const atPublic = (path: string, headers: Record<string, string> = BROWSER) =>
  new Stranger(server.running?.ports.public ?? 0, headers).get(path)
const atOperators = async (path: string, headers: Record<string, string> = BROWSER) => {
  const visitor = new WebVisitor(`http://localhost:${server.running?.ports.operator}`)
  const answer = await visitor.get(path, headers)
  return { ...answer, headers: Object.fromEntries(answer.headers) }
}

const listeners: [name: string, ask: typeof atPublic, leadsOn: string, inGerman: RegExp][] = [
  ['public', atPublic, 'href="/"', /Zur Startseite/],
  ['operator', atOperators, 'href="/console/"', /Zur Konsole/],
]
for (const [name, ask, leadsOn, inGerman] of listeners) {
  test(`a browser reads on the ${name} listener that nothing is there, and where to go on`, async () => {
    const { status, text, headers } = await ask('/no/such/page')
    assert.equal(status, 404)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.match(text, /<html lang="en">[\s\S]*There is nothing at this address/)
    assert.ok(text.includes(leadsOn))
    const { text: german } = await ask('/no/such/page', { ...BROWSER, ...GERMAN })
    assert.match(german, /<html lang="de">[\s\S]*Unter dieser Adresse/)
    assert.match(german, inGerman)
  })

  test(`that page of the ${name} listener is as strict as the others`, async () => {
    const { headers } = await ask('/no/such/page')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; /)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'same-origin')
    assert.equal(headers['set-cookie'], undefined)
  })

  test(`whatever stands in an address is no markup of the ${name} listener's page`, async () => {
    const plain = await ask('/no')
    for (const path of HOSTILE) {
      const { status, text } = await ask(path)
      assert.equal(status, 404, path)
      assert.equal(text, plain.text, path)
    }
  })

  test(`a program gets the problem on the ${name} listener, and so does every address that programs call`, async () => {
    for (const [path, headers] of [
      ['/no/such/page', {}],
      ['/no/such/page', { accept: '*/*' }],
      ['/no/such/page', { accept: 'application/json, text/html;q=0.5' }],
      ['/api/2/products', BROWSER],
      ['/api', BROWSER],
      ['/tuf/nothing', BROWSER],
    ] as const) {
      const { status, text, headers: answered } = await ask(path, headers)
      assert.equal(status, 404, path)
      assert.match(String(answered['content-type']), /^application\/problem\+json/)
      assert.equal(JSON.parse(text).code, 'NOT_FOUND')
    }
  })
}

test('below the API a browser gets the problem too, also of who may not ask', async () => {
  const { status, text } = await atOperators('/api/1/nothing')
  assert.deepEqual([status, JSON.parse(text).code], [401, 'ACCESS_DENIED'])
  const authorization = `Bearer ${server.token}`
  const known = await atOperators('/api/1/nothing', { ...BROWSER, authorization })
  assert.deepEqual([known.status, JSON.parse(known.text).code], [404, 'NOT_FOUND'])
})

test('a file that the pages of signing in do not have is told to a browser as a page', async () => {
  const { status, text } = await atOperators('/sign-in/site/nothing.js')
  assert.equal(status, 404)
  assert.match(text, /<!doctype html>/)
})
