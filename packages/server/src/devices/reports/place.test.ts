import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './place.ts'

test('a place is the network of an address and does not name the address (CRA P-076)', () => {
  const places: [string | undefined, string | undefined][] = [
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:0db8:0001::6', '2001:db8:1::/48'],
    ['2001:db8::6', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['', undefined],
    [undefined, undefined],
    ['somewhere', undefined],
  ]
  for (const [address, place] of places) assert.equal(placeOf(address), place)
})
