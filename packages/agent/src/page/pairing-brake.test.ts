import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PairingBrake, sourceOf } from './pairing-brake.ts'

const wrong = () => false
const right = () => true

test('each wrong code doubles the delay of its source, and a try during it is not looked at', () => {
  const brake = new PairingBrake()
  let now = 0
  for (const waitMs of [
    1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
  ]) {
    const verdict = brake.try('10.0.0.7', now, wrong)
    assert.deepEqual(verdict.name === 'wrong' && verdict.waitMs, waitMs)
    // Even the right code must wait: otherwise guessing in parallel costs nothing.
    assert.deepEqual(brake.try('10.0.0.7', now + waitMs - 1, right), { name: 'wait', waitMs: 1 })
    now += waitMs
  }
  assert.deepEqual(brake.try('10.0.0.7', now, right), { name: 'open' })
  assert.equal(brake.try('10.0.0.7', now, wrong).name, 'wrong')
})

test('an hour without a try is forgotten', () => {
  const brake = new PairingBrake()
  for (let at = 0; at < 10; at++) brake.try('10.0.0.7', at * 400_000, wrong)
  const later = 9 * 400_000 + 3_600_000
  const verdict = brake.try('10.0.0.7', later, wrong)
  assert.deepEqual(verdict.name === 'wrong' && verdict.waitMs, 1000)
})

test('many sources together are slowed too, and the owner at the device is not', () => {
  const brake = new PairingBrake()
  for (let host = 0; host < 20; host++) brake.try(`10.0.0.${host}`, host, wrong)
  assert.equal(brake.try('10.0.0.99', 100, right).name, 'wait')
  assert.equal(brake.try('device', 100, right).name, 'open')
  assert.equal(brake.try('10.0.0.99', 6000, right).name, 'open')
})

test('ten thousand sources take no more memory, and gain a try in five seconds', () => {
  const brake = new PairingBrake()
  let tried = 0
  for (let at = 0; at < 10_000; at++) {
    if (brake.try(`10.0.${at >> 8}.${at & 255}`, at * 10, wrong).name === 'wrong') tried++
  }
  assert.ok(tried <= 20 + 100_000 / 5000, `${tried}`)
})

test('the server hears of five wrong codes, then ever more seldom (CRA P-062)', () => {
  const brake = new PairingBrake()
  const reports: [at: number, tries: number][] = []
  for (let at = 1; at <= 100; at++) {
    const verdict = brake.try('device', at * 400_000, wrong)
    if (verdict.name === 'wrong' && verdict.report !== undefined) reports.push([at, verdict.report])
  }
  assert.deepEqual(reports, [
    [5, 5],
    [15, 10],
    [35, 20],
    [75, 40],
  ])
})

const sources: [address: string, source: string][] = [
  ['127.0.0.1', 'device'],
  ['::ffff:127.0.0.1', 'device'],
  ['::1', 'device'],
  ['192.168.1.7', '192.168.1.7'],
  ['::ffff:192.168.1.7', '192.168.1.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
]
for (const [address, source] of sources) {
  test(`whoever comes from ${address} counts as ${source}`, () => {
    assert.equal(sourceOf(address), source)
  })
}
