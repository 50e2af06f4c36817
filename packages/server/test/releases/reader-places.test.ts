/** Whoever may read findings may ask a gate, which can match and compare SBOMs, and for all that is known: some of it at a time. CRA P-080 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SqlReleaseStore } from '../../src/adapters/sql/releases/release-store.ts'
import { PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { type Caller, signedIn } from '../support/people.ts'
import { slow } from '../support/slow-store.ts'
import { TestServer } from '../support/test-server.ts'

const READER = [{ role: 'auditor', product: PRODUCT }] as const

for (const [what, method, path] of [
  ['a gate', 'POST', '/releases/1.4.3/gate'],
  ['the VEX', 'GET', '/vex?format=OpenVEX'],
] as const) {
  test(`a reader asks for ${what} three times at once and no more, and the next reader is answered`, async (t) => {
    const server = await TestServer.start(t)
    const { desk } = await server.product()
    assert.equal((await server.publish(desk, 1, [aRelease('1.4.3')])).status, 200)
    const [one, other] = [await signedIn(server, READER), await signedIn(server, READER)]
    const ask = (who: Caller) =>
      who.call(method, `/products/${PRODUCT}${path}`, method === 'GET' ? undefined : {})
    // Both look through the releases.
    const reading = slow(t, SqlReleaseStore, 'ofProduct')
    const asked = Array.from({ length: 4 }, () => ask(one))
    const refused = await Promise.race(asked)
    assert.deepEqual([refused.status, refused.body.code], [429, 'TOO_MANY_REQUESTS'])
    const of = ask(other)
    reading.letGo()
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 429).length, 1)
    // Without a statement there is no VEX, which is an answer too.
    assert.notEqual((await of).status, 429)
    assert.equal(reading.most(), 1)
  })
}
