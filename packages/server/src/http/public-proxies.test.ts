import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { addressOf } from './address.ts'
import { isAddressOrNetwork, PublicProxies } from './public-proxies.ts'

const proxies = new PublicProxies(['10.0.0.5', '10.1.0.0/16', '2001:db8:1::/48'])

function seen(remoteAddress: string, forwarded?: string): string | undefined {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage
  proxies.note(request)
  return addressOf(request)
}

test('a stranger is where his connection comes from, whatever he writes', () => {
  assert.equal(seen('198.51.100.7', '203.0.113.1'), '198.51.100.7')
  assert.equal(seen('2001:db8:2::1', '10.0.0.5'), '2001:db8:2::1')
})

test('of what a proxy that is named hands on, the last that is no proxy is believed', () => {
  assert.equal(seen('10.0.0.5', '198.51.100.7'), '198.51.100.7')
  assert.equal(seen('::ffff:10.0.0.5', '203.0.113.1, 198.51.100.7'), '198.51.100.7')
  assert.equal(seen('2001:db8:1::9', '203.0.113.1, 198.51.100.7, 10.1.2.3'), '198.51.100.7')
})

test('behind a proxy that says nothing of use nobody is known', () => {
  for (const said of [undefined, '', 'unknown', '10.1.2.3', '198.51.100.7, x']) {
    assert.equal(seen('10.0.0.5', said), undefined, String(said))
  }
})

test('the settings take addresses and networks, and nothing else', () => {
  for (const good of ['10.0.0.5', '10.0.0.0/0', '2001:db8::/128']) {
    assert.ok(isAddressOrNetwork(good), good)
  }
  for (const bad of ['', 'proxy', '10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.5/8/9']) {
    assert.ok(!isAddressOrNetwork(bad), bad)
  }
})
