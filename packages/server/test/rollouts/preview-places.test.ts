/**
 * Previews and counts read a whole fleet: an account has some on their way, and neither it nor all together keep the
 * database from the rest. CRA P-080
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SqlDeviceSearch } from '../../src/adapters/sql/devices/device-search.ts'
import { SqlMemberStore } from '../../src/adapters/sql/rollouts/member-store.ts'
import { startEdge } from '../../src/edge.ts'
import { WorkQueue } from '../../src/threads/work-queue.ts'
import { PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { signedIn } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { slow } from '../support/slow-store.ts'
import { TestServer } from '../support/test-server.ts'

const MANAGER = [{ role: 'releaseManager', product: PRODUCT }] as const
const WANTED = { release: '1.4.3', cohort: 'everyone' }

async function begun(t: TestContext) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [aRelease('1.4.3')])).status, 200)
  await new ReportingFleet(server).add(['D-1', 'D-2', 'D-3'])
  return server
}

const inOrder = (statuses: readonly number[]) => statuses.toSorted((a, b) => a - b)

test('an account has three previews on their way; the fourth is refused, and others find a place', async (t) => {
  const server = await begun(t)
  const [one, other] = [await signedIn(server, MANAGER), await signedIn(server, MANAGER)]
  const path = `/products/${PRODUCT}/rollouts`
  const created = await one.call('POST', path, { ...WANTED, start: false })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const id = created.body.id as string
  const reading = slow(t, SqlMemberStore, 'page')
  const asked = Array.from({ length: 4 }, () => one.call('GET', `${path}/${id}/preview`))
  const refused = await Promise.race(asked)
  assert.deepEqual([refused.status, refused.body.code], [429, 'TOO_MANY_REQUESTS'])
  assert.match(refused.body.title, /This account has 3 of these on their way already/)
  const of = other.call('GET', `${path}/${id}/preview`)
  reading.letGo()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.deepEqual(inOrder(statuses), [200, 200, 200, 429])
  assert.equal((await of).status, 200)
  assert.ok(reading.most() <= 2, 'two are read at once')
  assert.equal((await one.call('GET', `${path}/${id}/preview`)).status, 200)
})

test('a preview of a rollout that nobody has created has the same places', async (t) => {
  const server = await begun(t)
  const one = await signedIn(server, MANAGER)
  const reading = slow(t, SqlMemberStore, 'candidates')
  const path = `/products/${PRODUCT}/rollouts/preview`
  const asked = Array.from({ length: 4 }, () => one.call('POST', path, WANTED))
  assert.equal((await Promise.race(asked)).status, 429)
  reading.letGo()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.deepEqual(inOrder(statuses), [200, 200, 200, 429])
})

test('for whoever went away nothing is read, and his places are free', async (t) => {
  const server = await begun(t)
  const { credential, call } = await signedIn(server, MANAGER).then((caller) => ({
    ...{ credential: caller.credential, call: caller.call.bind(caller) },
  }))
  const reading = slow(t, SqlMemberStore, 'candidates')
  const places = t.mock.method(WorkQueue.prototype, 'reserve')
  const path = `/products/${PRODUCT}/rollouts/preview`
  const gone = Array.from({ length: 3 }, () => {
    const end = new AbortController()
    const sent = fetch(server.url(`/api/1${path}`), {
      ...{ method: 'POST', body: JSON.stringify(WANTED), signal: end.signal },
      headers: { ...credential, 'content-type': 'application/json' },
    })
    return { end, sent: assert.rejects(sent) }
  })
  // They have the places before anybody else asks.
  while (places.mock.callCount() < gone.length) await new Promise(setImmediate)
  assert.equal((await call('POST', path, WANTED)).status, 429)
  for (const { end } of gone) end.abort()
  await Promise.all(gone.map(({ sent }) => sent))
  reading.letGo()
  while ((await call('POST', path, WANTED)).status === 429) await new Promise(setImmediate)
  assert.ok(reading.most() <= 2)
})

test('counts of a fleet wait for one another, four at a time, and are refused beyond twenty-four of an account', async (t) => {
  const server = await TestServer.start(t, {}, { startEdge })
  await server.product()
  const one = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  const reading = slow(t, SqlDeviceSearch, 'count')
  const asked = Array.from({ length: 25 }, () =>
    one.call('GET', `/products/${PRODUCT}/device-count`),
  )
  assert.equal((await Promise.race(asked)).status, 429)
  reading.letGo()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 24)
  assert.equal(reading.most(), 4)
})
