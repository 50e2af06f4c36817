/**
 * A sample of every accident there is: kinds/ × the stories of walk/scenarios.ts; all of them in accidents.long.test.ts and by
 * `npm run accidents`. Whatever befalls it, a device comes to rest on complete, verified software
 * (CRA P-079).
 */
import '../support/simulated-disk/redirect.ts'
import '../support/simulated-machine/synchronous-crypto.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const { catalogue } = await import('./walk/catalogue.ts')
const { Surroundings } = await import('./walk/try-case.ts')
const { recipe, sampleOf, tryAll } = await import('./walk/tried.ts')

const SAMPLE_COUNT = 400

const surroundings = await Surroundings.make()
const cases = await catalogue(surroundings, 1)

for (const [kind, ofKind] of Map.groupBy(sampleOf(cases, SAMPLE_COUNT), (one) => one.kind)) {
  test(`${ofKind.length} times ${kind}: the device comes to rest on verified software`, async () => {
    const failures = await tryAll(surroundings, ofKind)
    assert.equal(failures.length, 0, failures.map(recipe).join('\n'))
  })
}

test('there are several thousand cases, and each is named so that it can be tried alone', () => {
  assert.ok(cases.length > 5000, String(cases.length))
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length, 'no case is counted twice')
})
