import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PublicProxies } from '../http/public-proxies.ts'
import type { Exchange } from '../http/routing.ts'
import { PagePace } from './page-pace.ts'

const AT_ONCE = 600
const proxies = new PublicProxies(['10.0.0.5'])

function pages() {
  let now = 0
  let answered = 0
  const route = {
    ...({ method: 'GET', path: '/' } as const),
    handle: async () => {
      answered += 1
    },
  }
  const paced = new PagePace(() => now).before(route)
  assert.ok(paced)
  const headers = new Map<string, string>()
  /** Resolves with whether it was answered. */
  const ask = async (remoteAddress: string, forwarded = '') => {
    const request = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }
    const response = { setHeader: (name: string, value: string) => headers.set(name, value) }
    const exchange = { request, response, params: {}, rest: [] } as unknown as Exchange
    proxies.note(exchange.request)
    const before = answered
    const refused = paced.handle(exchange)
    await refused.catch((error) => assert.equal(error.code, 'TOO_MANY_REQUESTS'))
    return answered > before
  }
  const flood = async (address: string, forwarded?: string) => {
    for (let count = 0; count < AT_ONCE; count += 1) await ask(address, forwarded)
  }
  return { ask, flood, headers, pass: (ms: number) => (now += ms) }
}

test('who asks too often waits for a second and is answered again; others notice nothing', async () => {
  const { ask, flood, headers, pass } = pages()
  await flood('198.51.100.7')
  assert.equal(await ask('198.51.100.7'), false)
  assert.equal(headers.get('Retry-After'), '1')
  assert.ok(await ask('198.51.100.8'))
  pass(1_000)
  assert.ok(await ask('198.51.100.7'))
})

test('a line of IPv6 is one address, and the next line is another', async () => {
  const { ask, flood } = pages()
  await flood('2001:db8:1:100::1')
  assert.equal(await ask('2001:db8:1:1ff::2'), false)
  assert.ok(await ask('2001:db8:1:200::1'))
})

test('behind a proxy that is named each sender is counted, and a balancer that hides them is none', async () => {
  const { ask, flood } = pages()
  await flood('10.0.0.5', '198.51.100.7')
  assert.equal(await ask('10.0.0.5', '198.51.100.7'), false)
  assert.ok(await ask('10.0.0.5', '198.51.100.8'))
  await flood('10.0.0.5')
  assert.ok(await ask('10.0.0.5'))
  // Not named: whatever it writes.
  await flood('10.0.0.6', '203.0.113.1')
  assert.equal(await ask('10.0.0.6', '203.0.113.2'), false)
})
