/** Every accident there is. What befalls whom: kinds/ and walk/scenarios.ts; a sample runs in `npm test`. */
import '../support/simulated-disk/redirect.ts'
import '../support/simulated-machine/synchronous-crypto.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const { catalogue } = await import('./walk/catalogue.ts')
const { Surroundings } = await import('./walk/try-case.ts')
const { recipe, tryAll } = await import('./walk/tried.ts')

const surroundings = await Surroundings.make()
const cases = await catalogue(surroundings, 1)

for (const [kind, ofKind] of Map.groupBy(cases, (one) => one.kind)) {
  test(`${ofKind.length} times ${kind}: the device comes to rest on verified software`, async () => {
    const failures = await tryAll(surroundings, ofKind)
    assert.equal(failures.length, 0, failures.slice(0, 20).map(recipe).join('\n'))
  })
}
