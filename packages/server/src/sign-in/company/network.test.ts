import assert from 'node:assert/strict'
import { test } from 'node:test'
import { providerOf, subscriberOf } from './network.ts'

const addresses: [address: string, subscriber: string, provider: string][] = [
  ['192.0.2.7', '192.0.2.7', '192.0'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2', '2001:db8'],
  ['2001:db8::1', '2001:db8:0:0', '2001:db8'],
  ['fe80::1%eth0', 'fe80:0:0:0', 'fe80:0'],
  ['::1', '0:0:0:0', '0:0'],
]
for (const [address, subscriber, provider] of addresses) {
  test(`${address} is one subscriber's with all of ${subscriber}, of the provider ${provider}`, () => {
    assert.deepEqual([subscriberOf(address), providerOf(address)], [subscriber, provider])
  })
}
