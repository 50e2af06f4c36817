/** An approval is for those whom the rollout reached then: whoever changes that from outside gets no more than was seen. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { type Caller, service, signedIn, withToken } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const ended = endings()
let server: TestServer
let author: Caller
let second: Caller
/** A service account of the author, by its token. */
let robot: Caller

before(async () => {
  server = await TestServer.start(ended, {}, { startEdge })
  const { desk } = await server.product()
  const artifact = Buffer.from('firmware')
  assert.equal(
    (await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])).status,
    200,
  )
  const grants = (['operator', 'releaseManager'] as const).map((role) => ({
    ...{ role, product: PRODUCT },
  }))
  author = await signedIn(server, grants)
  second = await signedIn(server, grants)
  robot = await withToken(server, await service(server, author.account, grants))
  await new ReportingFleet(server).add(['D-1', 'D-2', 'D-3', 'D-4'], 'elsewhere')
  const rule = { count: 1, roles: ['releaseManager'] }
  assert.equal((await server.of('POST', '/approval', rule)).status, 200)
})
after(() => ended.endAll())

const any = { 'if-match': '*' }
const path = (rest: string) => `/products/${PRODUCT}${rest}`
const stateOf = async (id: string) => (await server.of('GET', `/rollouts/${id}`)).body.state

/** Created by the author and approved by the other. */
async function approved(cohort: string, more: object = {}): Promise<string> {
  const body = { release: '1.4.3', cohort, ...more }
  const created = await author.call('POST', path('/rollouts'), body)
  assert.equal(created.body.state, 'waitingForApproval', JSON.stringify(created.body))
  const { id } = created.body
  assert.equal((await approves(second, id)).status, 200)
  return id
}
const approves = (who: Caller, id: string) =>
  who.call('POST', path(`/rollouts/${id}/approve`), undefined, any)

async function setRules(who: Caller, rules: readonly object[]) {
  const answer = await who.call('POST', path('/cohort-rules'), { rules }, any)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

test('rules that bring others into a cohort void what was approved there, by whomever they are set', async () => {
  const first = { cohort: 'bench', filter: 'attr.bench = true' }
  await setRules(author, [first])
  const bench = await approved('bench')
  const pilots = await approved('pilots')
  const other = await approved('other')
  assert.deepEqual(await Promise.all([bench, pilots, other].map(stateOf)), [
    ...['running', 'running', 'running'],
  ])
  await setRules(robot, [first, { cohort: 'pilots', filter: 'version < 9.0.0' }])
  // The rule that stands before is what it was.
  assert.deepEqual(await Promise.all([bench, pilots, other].map(stateOf)), [
    ...['running', 'waitingForApproval', 'running'],
  ])
  const own = await approves(author, pilots)
  assert.deepEqual([own.status, own.body.code], [403, 'APPROVAL_BY_AUTHOR'])
  const seen = await approves(second, pilots)
  assert.equal(seen.status, 200)

  // The other sets rules: what that reaches is no longer approved by the other.
  await setRules(second, [{ cohort: 'pilots', filter: 'version < 9.9.9' }])
  assert.equal(await stateOf(pilots), 'waitingForApproval')
  const late = await approves(second, pilots)
  assert.deepEqual([late.status, late.body.code], [403, 'APPROVAL_BY_AUTHOR'])
  const { body: entries } = await server.call('GET', '/audit?action=rollout.reachChanged')
  assert.deepEqual(
    entries.map(({ subject }: { subject: string }) => subject),
    [`rollout/${pilots}`, `rollout/${pilots}`],
  )
  // The same rules once more change nothing.
  const { body } = await second.call('GET', path('/cohort-rules'))
  await setRules(second, body.rules)
  const again = await server.call('GET', '/audit?action=rollout.reachChanged')
  assert.equal(again.body.length, 2)
  await setRules(second, [])
})

test('devices that are moved by hand or in bulk void an approval of what has not begun', async () => {
  const notYet = { start: false }
  const [byHand, inBulk, begun] = [
    await approved('by-hand', notYet),
    await approved('in-bulk', notYet),
    await approved('begun'),
  ]
  assert.deepEqual([await stateOf(byHand), await stateOf(inBulk)], ['ready', 'ready'])
  const moved = await author.call('PATCH', path('/devices/D-1'), { cohort: 'by-hand' }, any)
  assert.equal(moved.status, 200)
  const change = { cohort: 'in-bulk' }
  const many = await robot.call('POST', path('/device-changes'), {
    ...{ devices: ['D-2', 'D-3'], change },
  })
  assert.equal(many.body.changed, 2)
  await author.call('PATCH', path('/devices/D-4'), { cohort: 'begun' }, any)
  assert.deepEqual(
    [await stateOf(byHand), await stateOf(inBulk), await stateOf(begun)],
    ['waitingForApproval', 'waitingForApproval', 'running'],
  )
  assert.equal((await approves(author, inBulk)).body.code, 'APPROVAL_BY_AUTHOR')
  assert.equal((await approves(second, inBulk)).body.state, 'ready')
})

test('a start asks for the approvals that the product wants by then', async () => {
  const id = await approved('stricter', { start: false })
  const stricter = { count: 2, roles: ['releaseManager'] }
  assert.equal((await server.of('POST', '/approval', stricter)).status, 200)
  const started = await author.call('POST', path(`/rollouts/${id}/start`))
  assert.equal(started.body.state, 'waitingForApproval')
})
