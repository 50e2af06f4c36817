import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  afterRightTry,
  afterTry,
  BROWSER_PACE,
  FORGOTTEN_AFTER_SECONDS,
  NAME_PACE,
  NETWORK_PACE,
  NO_TRIES,
  type Pace,
  type Sides,
  sidesThatCount,
  type Tries,
  waitSeconds,
} from './slow-down.ts'

const NOW = 1_800_000_000

const delays: [what: string, pace: Pace, tries: number, seconds: number][] = [
  ['a name that was never tried', NAME_PACE, 0, 0],
  ['a person who mistyped three times', NAME_PACE, 3, 0],
  ['the first try too many', NAME_PACE, 4, 1],
  ['the fourth too many', NAME_PACE, 7, 8],
  ['a name under attack', NAME_PACE, 100, 900],
  ['an office where eleven people mistype', NETWORK_PACE, 11, 0],
  ['a network that goes on', NETWORK_PACE, 15, 8],
  ['a network that never stops', NETWORK_PACE, 2000, 900],
  ['a known browser whose owner is tired', BROWSER_PACE, 5, 0],
  ['a known browser in other hands', BROWSER_PACE, 60, 300],
]
for (const [what, pace, count, seconds] of delays) {
  test(`${what} waits for ${seconds} seconds`, () => {
    assert.equal(waitSeconds({ count, lastAt: NOW }, pace, NOW), seconds)
    assert.equal(waitSeconds({ count, lastAt: NOW }, pace, NOW + seconds), 0)
  })
}

test('tries are forgotten after an hour without one', () => {
  const tries = { count: 100, lastAt: NOW }
  assert.deepEqual(afterTry(tries, NOW + FORGOTTEN_AFTER_SECONDS), {
    count: 1,
    lastAt: NOW + FORGOTTEN_AFTER_SECONDS,
  })
  assert.equal(afterTry(tries, NOW + FORGOTTEN_AFTER_SECONDS - 1).count, 101)
})

test('a clock that is set back a year makes nobody wait for a year', () => {
  const tries = { count: 100, lastAt: NOW }
  assert.equal(waitSeconds(tries, NAME_PACE, NOW - 31_536_000), 900)
})

/** The shell in small: what is remembered, by side. */
class Remembered {
  readonly #kept = new Map<string, Tries>()

  /** Seconds to wait, or 0 once the try was written down. */
  try(keys: Sides<string>, now: number, isRight: boolean): number {
    const counted = sidesThatCount(keys)
    const wait = Math.max(
      ...counted.map(([key, pace]) => waitSeconds(this.#kept.get(key) ?? NO_TRIES, pace, now)),
    )
    if (wait > 0) return wait
    for (const [key] of counted) {
      const after = afterTry(this.#kept.get(key) ?? NO_TRIES, now)
      this.#kept.set(key, isRight ? afterRightTry(after) : after)
    }
    return 0
  }
}

const stranger = fc.record({
  name: fc.constantFrom('ada', 'grace', 'nobody'),
  network: fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.7'),
  afterSeconds: fc.nat(400),
  isRight: fc.boolean(),
})

test('whatever strangers do, the owner at a known browser is let try at once', () => {
  fc.assert(
    fc.property(fc.array(stranger, { maxLength: 300, size: 'max' }), (tries) => {
      const remembered = new Remembered()
      let now = NOW
      for (const { name, network, afterSeconds, isRight } of tries) {
        now += afterSeconds
        remembered.try({ browser: undefined, name, network }, now, isRight)
      }
      // From the very address of the attackers, a shared one.
      const owner = { browser: 'ada at her desk', name: 'ada', network: '192.0.2.1' }
      assert.equal(remembered.try(owner, now, true), 0)
    }),
  )
})

test('however many networks guess at once, a name is tried a hundred times a day at most', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40, size: 'max' }), (pauses) => {
      const remembered = new Remembered()
      let looked = 0
      let network = 0
      let now = NOW
      for (let turn = 0; now < NOW + 86_400; turn++) {
        // Every try from a network that was never seen: only the name can be slowed.
        const keys = { browser: undefined, name: 'ada', network: `${network++}` }
        const wait = remembered.try(keys, now, false)
        if (wait === 0) looked++
        now += wait + (pauses[turn % pauses.length] ?? 0)
      }
      assert.ok(looked <= NAME_PACE.freeTries + 10 + 86_400 / NAME_PACE.longestSeconds, `${looked}`)
    }),
    { numRuns: 50 },
  )
})

test('signing in to an account of one’s own wipes nothing out', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200, size: 'max' }), (own) => {
      const remembered = new Remembered()
      let wrong = 0
      for (const isRight of own) {
        const name = isRight ? 'mallory' : `victim ${wrong}`
        const keys = { browser: undefined, name, network: '192.0.2.1' }
        if (remembered.try(keys, NOW, isRight) === 0 && !isRight) wrong++
      }
      assert.ok(wrong <= NETWORK_PACE.freeTries)
    }),
  )
})
