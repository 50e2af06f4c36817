/** Whoever may read findings may ask a gate, which can match and compare SBOMs: some questions of an account at a time. CRA P-080 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SqlReleaseStore } from '../../src/adapters/sql/releases/release-store.ts'
import { PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { signedIn } from '../support/people.ts'
import { slow } from '../support/slow-store.ts'
import { TestServer } from '../support/test-server.ts'

const READER = [{ role: 'auditor', product: PRODUCT }] as const

test('a reader asks a gate three times at once and no more, and the next reader is answered', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [aRelease('1.4.3')])).status, 200)
  const [one, other] = [await signedIn(server, READER), await signedIn(server, READER)]
  const path = `/products/${PRODUCT}/releases/1.4.3/gate`
  // The release that it continues is looked for there.
  const reading = slow(t, SqlReleaseStore, 'ofProduct')
  const asked = Array.from({ length: 4 }, () => one.call('POST', path, {}))
  const refused = await Promise.race(asked)
  assert.deepEqual([refused.status, refused.body.code], [429, 'TOO_MANY_REQUESTS'])
  const of = other.call('POST', path, {})
  reading.letGo()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [200, 200, 200, 429],
  )
  assert.equal((await of).status, 200)
  assert.equal(reading.most(), 1)
})
