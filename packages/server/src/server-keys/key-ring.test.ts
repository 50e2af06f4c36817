import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planRotation, type RingKey, settleRing, signingKey, toBeListed } from './key-ring.ts'

const NOW = 1_790_000_000
const HOUR = 3600

const ring = (...keys: (string | [string, number])[]): RingKey[] =>
  keys.map((key) =>
    typeof key === 'string' ? { id: key, leavesAt: undefined } : { id: key[0], leavesAt: key[1] },
  )
const listed = (...ids: string[]) => new Set(ids)
const idsOf = (keys: readonly RingKey[]) => keys.map(({ id }) => id)

test('the newest key that is published signs, and no newer one', () => {
  const keys = ring('a', 'b', 'c')
  assert.equal(signingKey(keys, listed()).id, 'a')
  assert.equal(signingKey(keys, listed('a')).id, 'a')
  assert.equal(signingKey(keys, listed('a', 'b')).id, 'b')
  assert.equal(signingKey(keys, listed('b')).id, 'b')
  assert.equal(signingKey(keys, listed('strange')).id, 'a')
  assert.throws(() => signingKey([], listed()))
})

test('a former key is listed for what is in flight, then leaves, then goes', () => {
  const published = [listed('a', 'b')]
  assert.deepEqual(settleRing(ring('a', 'b'), published, NOW, HOUR), {
    leaving: [{ id: 'a', at: NOW + HOUR }],
    gone: [],
  })
  const leaving = ring(['a', NOW + HOUR], 'b')
  assert.deepEqual(idsOf(toBeListed(leaving, NOW)), ['a', 'b'])
  assert.deepEqual(idsOf(toBeListed(leaving, NOW + HOUR)), ['b'])
  const nothing = { leaving: [], gone: [] }
  assert.deepEqual(settleRing(leaving, published, NOW + HOUR, HOUR), nothing)
  assert.deepEqual(settleRing(leaving, [listed('b')], NOW, HOUR), nothing)
  assert.deepEqual(settleRing(leaving, [listed('b')], NOW + HOUR, HOUR), {
    leaving: [],
    gone: ['a'],
  })
})

test('a key of the whole server is former once the metadata of every product lists a newer one', () => {
  const keys = ring('a', 'b')
  assert.deepEqual(settleRing(keys, [listed('a', 'b'), listed('a')], NOW, 0).leaving, [])
  assert.deepEqual(settleRing(keys, [listed('a', 'b'), listed('b')], NOW, 0).leaving, [
    { id: 'a', at: NOW },
  ])
  const left = ring(['a', NOW], 'b')
  assert.deepEqual(settleRing(left, [listed('b'), listed('a', 'b')], NOW, 0).gone, [])
  assert.deepEqual(settleRing(left, [listed('b'), listed('b')], NOW, 0).gone, ['a'])
})

test('without any product nothing leaves and nothing goes', () => {
  assert.deepEqual(settleRing(ring(['a', NOW - 1], 'b'), [], NOW, 0), { leaving: [], gone: [] })
})

test('a rotation makes one key and waits for it, however often it is asked for', () => {
  const published = [listed('a')]
  assert.deepEqual(planRotation(ring('a'), published, false), {
    step: 'make',
    leave: [],
    drop: [],
  })
  assert.deepEqual(planRotation(ring('a', 'b'), published, false), { step: 'waits', id: 'b' })
  assert.equal(planRotation(ring('a', 'b'), [listed('a', 'b')], false).step, 'make')
})

test('after a theft nothing that was there is to be listed, and what still waited goes', () => {
  const published = [listed('a')]
  assert.deepEqual(planRotation(ring('a'), published, true), {
    step: 'make',
    leave: ['a'],
    drop: [],
  })
  // The key that waited lay beside the stolen one.
  assert.deepEqual(planRotation(ring('a', 'b'), published, true), {
    step: 'make',
    leave: ['a'],
    drop: ['b'],
  })
  assert.deepEqual(planRotation(ring(['a', NOW], 'c'), published, true), { step: 'waits', id: 'c' })
  assert.deepEqual(idsOf(toBeListed(ring(['a', NOW], 'c'), NOW)), ['c'])
})

test('a product that has published nothing can lose its keys too', () => {
  assert.deepEqual(planRotation(ring('a'), [listed()], true), {
    step: 'make',
    leave: ['a'],
    drop: [],
  })
})

/** Whatever operators, desks and time do, in whatever order. */
const act = fc.oneof(
  fc.record({ act: fc.constant('rotate' as const), stolen: fc.boolean() }),
  fc.record({ act: fc.constant('publish' as const), product: fc.nat(1) }),
  fc.record({ act: fc.constant('wait' as const), seconds: fc.nat(2 * HOUR) }),
  fc.record({ act: fc.constant('settle' as const) }),
)

test('whatever happens: a listed key signs while one is, no listed key goes, no key that is to come is told away', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), fc.integer({ min: 1, max: 2 }), (acts, count) => {
      let now = NOW
      let made = 1
      let keys = ring('k1')
      const products: Set<string>[] = Array.from({ length: count }, () => new Set(['k1']))
      for (const each of acts) {
        if (each.act === 'wait') now += each.seconds
        if (each.act === 'publish') {
          const product = each.product % count
          products[product] = new Set(idsOf(toBeListed(keys, now)))
        }
        if (each.act === 'rotate') {
          const plan = planRotation(keys, products, each.stolen)
          if (plan.step === 'make') {
            for (const { id } of keys.filter(({ id: own }) => plan.drop.includes(own))) {
              assert.ok(products.every((listing) => !listing.has(id)))
            }
            keys = keys
              .filter(({ id }) => !plan.drop.includes(id))
              .map((key) => (plan.leave.includes(key.id) ? { ...key, leavesAt: now } : key))
            made += 1
            keys.push({ id: `k${made}`, leavesAt: undefined })
          }
        }
        if (each.act === 'settle') {
          const { leaving, gone } = settleRing(keys, products, now, HOUR)
          for (const id of gone) assert.ok(products.every((listing) => !listing.has(id)))
          keys = keys
            .filter(({ id }) => !gone.includes(id))
            .map((key) => ({
              ...key,
              leavesAt: leaving.find(({ id }) => id === key.id)?.at ?? key.leavesAt,
            }))
        }
        for (const listing of products) {
          // Everything that was listed is ours, so what signs is believed by devices.
          assert.ok(listing.has(signingKey(keys, listing).id))
          assert.ok([...listing].every((id) => idsOf(keys).includes(id)))
        }
        assert.equal(keys.at(-1)?.leavesAt, undefined)
        assert.ok(toBeListed(keys, now).length > 0)
      }
    }),
    { numRuns: 2000 },
  )
})
