import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Newcomers } from './newcomers.ts'

function newcomers() {
  let nowMs = 1_795_000_000_000
  const known = new Newcomers(() => nowMs, 20_000)
  return {
    known,
    later: (hours: number) => {
      nowMs += hours * 3_600_000
    },
  }
}

test('a network is new once a day', () => {
  const { known, later } = newcomers()
  assert.deepEqual([known.isNew('192.0.2.1'), known.isNew('192.0.2.9')], [true, false])
  assert.equal(known.isNew('198.51.100.1'), true)
  later(24)
  assert.equal(known.isNew('192.0.2.9'), true)
})

for (const [what, address] of [
  ['IPv6', (count: number) => `2001:db8:${count.toString(16)}::1`],
  ['IPv4', (count: number) => `203.0.${count % 256}.1`],
] as const) {
  test(`whoever has a whole range of ${what} is not new each time`, () => {
    const { known } = newcomers()
    const taken = Array.from({ length: 200 }, (_, count) => known.isNew(address(count)))
    assert.equal(taken.filter((isNew) => isNew).length, 20)
    assert.equal(known.isNew('198.51.100.1'), true)
  })
}
