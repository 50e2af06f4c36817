import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type CloneWatch,
  cloneWatchAfter,
  isSuspicious,
  type Sighting,
  UNWATCHED,
} from './clone-watch.ts'

const from = (place: string): Sighting => ({ kind: 'connected', place })

/** What is known after these sightings, `everySeconds` apart, and whether it is suspicious at the end. */
function after(sightings: readonly Sighting[], everySeconds: number) {
  let watch: CloneWatch = UNWATCHED
  let now = 1_000_000
  for (const sighting of sightings) {
    watch = cloneWatchAfter(watch, sighting, now)
    now += everySeconds
  }
  return { watch, suspicious: isSuspicious(watch, now - everySeconds) }
}

const turns = (count: number, ...places: string[]) =>
  Array.from({ length: count }, (_, turn) => from(places[turn % places.length] ?? ''))

const HOUR = 3600
const cases: [what: string, sightings: Sighting[], everySeconds: number, suspicious: boolean][] = [
  ['a device that stays', turns(100, 'a'), 10, false],
  ['a device that moves once', [from('a'), from('b')], 10, false],
  ['a device that travels on and on', turns(50, ...'abcdefghij'), 60, false],
  ['a device that is home in the evening', turns(20, 'home', 'work'), 10 * HOUR, false],
  ['one failover of a line and back', turns(3, 'fibre', 'mobile'), 300, false],
  ['two units that throw each other out', turns(5, 'a', 'b'), 20, true],
  ['two units that take turns every five minutes', turns(14, 'a', 'b'), 300, true],
  ['one report under a number that was taken', [{ kind: 'conflict' }], 1, false],
  ['two of them', [{ kind: 'conflict' }, { kind: 'conflict' }], 60, true],
  ['two of them half a day apart', [{ kind: 'conflict' }, { kind: 'conflict' }], 12 * HOUR, false],
  ['a chain that went back, once', [{ kind: 'wentBack' }], 1, false],
  ['a chain that goes back again and again', Array(4).fill({ kind: 'wentBack' }), 60, true],
  ['a conflict and a quick return', [...turns(3, 'a', 'b'), { kind: 'conflict' }], 20, true],
]
for (const [what, sightings, everySeconds, suspicious] of cases) {
  test(`${what} is ${suspicious ? 'suspected' : 'not suspected'} to be two (CRA P-059, P-090)`, () => {
    assert.equal(after(sightings, everySeconds).suspicious, suspicious)
  })
}

test('a suspicion passes once the signs stop', () => {
  const { watch } = after(turns(200, 'a', 'b'), 5)
  assert.equal(isSuspicious(watch, 1_000_000 + 1000), true)
  assert.equal(isSuspicious(watch, 1_000_000 + 1000 + 4 * HOUR), false)
})

test('the signs are counted for whoever looks into it', () => {
  const { watch } = after([...turns(4, 'a', 'b'), { kind: 'conflict' }, { kind: 'wentBack' }], 10)
  assert.deepEqual(
    { returns: watch.returns, conflicts: watch.conflicts, wentBack: watch.wentBack },
    { returns: 2, conflicts: 1, wentBack: 1 },
  )
})

test('more signs never make it less suspicious, and points stay within bounds', () => {
  const sighting = fc.oneof(
    fc.constantFrom('a', 'b', 'c').map(from),
    fc.constantFrom<Sighting>({ kind: 'conflict' }, { kind: 'wentBack' }),
  )
  fc.assert(
    fc.property(fc.array(sighting), sighting, fc.nat(10_000), (signs, sign, seconds) => {
      const { watch } = after(signs, 30)
      const now = watch.pointsAt + seconds
      const next = cloneWatchAfter(watch, sign, now)
      assert.ok(!isSuspicious(watch, now) || isSuspicious(next, now))
      assert.ok(next.points >= 0 && next.points <= 60)
    }),
  )
})
