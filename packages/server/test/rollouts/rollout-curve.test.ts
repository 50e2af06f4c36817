/** The curve of a rollout over the API: who had the release when, on whom it failed, and what happened meanwhile. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const VERSION = '1.4.3'
const HOUR = 3_600

async function fleetOf(t: TestContext, count: number) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [aRelease(VERSION)])).status, 200)
  const fleet = new ReportingFleet(server)
  const devices = Array.from({ length: count }, (_, index) => `D-${index + 1}`)
  await fleet.add(devices)
  await fleet.pass(86_400)
  return { server, fleet, devices }
}

/** One group of all, which stops itself when two devices failed. */
async function rollOut(server: TestServer, more: object = {}): Promise<string> {
  const error = { share: 0.1, minimum: 2 }
  const success = { share: 0.5, minimum: 1, soakSeconds: 10 * HOUR }
  const plan = { groups: [{ name: 'all', members: { rest: true }, error, success }] }
  const wanted = { release: VERSION, cohort: 'everyone', plan, ...more }
  const { status, body } = await server.of('POST', '/rollouts', wanted)
  assert.equal(status, 201, JSON.stringify(body))
  return body.id
}

async function curveOf(server: TestServer, id: string) {
  const { status, body } = await server.of('GET', `/rollouts/${id}/curve`)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

interface Point {
  readonly at: number
  readonly committed: number
  readonly failed: number
}

test('the curve rises as devices commit the release, and ends with the numbers that stand beside it', async (t) => {
  const { server, fleet } = await fleetOf(t, 5)
  const id = await rollOut(server)
  const opened = fleet.now
  await fleet.pass(90)
  await fleet.commits('D-1', VERSION)
  await fleet.pass(60)
  await fleet.commits('D-2', VERSION)
  await fleet.fails('D-3', id)
  await fleet.pass(30)
  const { curve, moments, asOf, areMomentsWhole } = await curveOf(server, id)
  assert.deepEqual(
    curve.map(({ at, committed, failed }: Point) => [at - opened, committed, failed]),
    [
      [0, 0, 0],
      [60, 0, 0],
      [120, 1, 0],
      [180, 2, 1],
    ],
  )
  assert.deepEqual(moments, [{ at: opened, kind: 'groupOpened', byItself: true }])
  assert.deepEqual([asOf, areMomentsWhole], [fleet.now, true])
  const { progress } = (await server.of('GET', `/rollouts/${id}`)).body
  assert.deepEqual([progress.committed, progress.failed], [2, 1])
})

test('each pause, stop and retry has its point, and who did it: a person or the rollout itself', async (t) => {
  const { server, fleet } = await fleetOf(t, 5)
  const id = await rollOut(server)
  const opened = fleet.now
  const act = async (move: string) => {
    assert.equal((await server.of('POST', `/rollouts/${id}/${move}`)).status, 200)
  }
  await fleet.pass(7)
  await act('pause')
  await fleet.pass(7)
  await act('resume')
  await fleet.pass(7)
  await fleet.fails('D-1', id)
  await fleet.fails('D-2', id)
  await fleet.pass(7)
  const before = await curveOf(server, id)
  assert.equal(before.curve.at(-1).failed, 2)
  await fleet.pass(HOUR)
  assert.deepEqual((await curveOf(server, id)).curve, before.curve, 'what is over grows no longer')
  await act('retry')
  await fleet.commits('D-1', VERSION)
  await fleet.pass(7)
  await act('withdraw')
  const { curve, moments } = await curveOf(server, id)
  const seconds = HOUR + 28
  assert.deepEqual(
    moments.map(({ at, kind, byItself }: (typeof moments)[number]) => [
      at - opened,
      kind,
      byItself,
    ]),
    [
      [0, 'groupOpened', true],
      [7, 'paused', false],
      [14, 'resumed', false],
      [28, 'stopped', true],
      [seconds, 'retried', false],
      [seconds + 7, 'withdrawn', false],
    ],
  )
  const times = new Set(curve.map(({ at }: Point) => at))
  assert.ok(moments.every(({ at }: Point) => times.has(at)))
  const { at, ...last } = curve.at(-1)
  // The other failure was of the attempt before, as in the number beside the curve.
  assert.deepEqual([at - opened, last], [seconds + 7, { committed: 1, failed: 0 }])
})

test('before its first group opens there is no curve, and its waiting is no part of it', async (t) => {
  const { server, fleet } = await fleetOf(t, 2)
  const id = await rollOut(server, { start: false })
  await fleet.pass(HOUR)
  const { curve, moments, areMomentsWhole } = await curveOf(server, id)
  assert.deepEqual([curve, moments, areMomentsWhole], [[], [], true])
  assert.equal((await server.of('POST', `/rollouts/${id}/start`)).status, 200)
  const opened = fleet.now
  await fleet.pass(30)
  assert.deepEqual(
    (await curveOf(server, id)).curve.map(({ at }: Point) => at - opened),
    [0, 30],
  )
})

test('a rollout that is withdrawn with its release says so, too', async (t) => {
  const { server, fleet } = await fleetOf(t, 2)
  const id = await rollOut(server)
  await fleet.pass(60)
  const at = fleet.now
  assert.equal((await server.of('POST', `/releases/${VERSION}/withdraw`)).status, 200)
  await fleet.pass(60)
  const { moments } = await curveOf(server, id)
  assert.deepEqual(moments.at(-1), { at, kind: 'withdrawn', byItself: false })
})

test('where the audit log begins later the curve is whole, and says that it does not know all that happened', async (t) => {
  const { server, fleet } = await fleetOf(t, 2)
  const id = await rollOut(server)
  const created = fleet.now
  await fleet.pass(30)
  await fleet.commits('D-1', VERSION)
  const { audit } = storesOf(server)
  const head = await audit.head()
  await audit.shorten({ ...head, at: fleet.now, token: 'a.b.c' })
  await server.of('POST', `/rollouts/${id}/pause`)
  await fleet.pass(30)
  const { curve, moments, areMomentsWhole } = await curveOf(server, id)
  assert.deepEqual(moments, [{ at: created + 30, kind: 'paused', byItself: false }])
  assert.equal(areMomentsWhole, false)
  assert.deepEqual(
    curve.map(({ at, committed }: Point) => [at - created, committed]),
    [
      [0, 0],
      [30, 1],
      [60, 1],
    ],
  )
})

test('who may read rollouts of the product reads the curve, and nobody else; what is not there is said', async (t) => {
  const { server } = await fleetOf(t, 1)
  const id = await rollOut(server)
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  const path = `/products/${PRODUCT}/rollouts/${id}/curve`
  assert.equal((await viewer.call('GET', path)).status, 200)
  const stranger = await signedIn(server, [{ role: 'viewer', product: 'another-product' }])
  assert.equal((await stranger.call('GET', path)).status, 404)
  const none = await viewer.call('GET', `/products/${PRODUCT}/rollouts/no-such/curve`)
  assert.deepEqual([none.status, none.body.code], [404, 'NO_SUCH_ROLLOUT'])
})
