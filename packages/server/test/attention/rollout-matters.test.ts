/** What of rollouts needs a person now: those that halted, those that never began, those that wait for approval. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { attention, mattersOf } from '../support/on-watch.ts'
import { type Caller, signedIn } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DAY = 86_400
const ANY = { 'if-match': '*' }
const ONE_GROUP = {
  groups: [
    {
      ...{ name: 'all', members: { rest: true }, success: { share: 0.9, soakSeconds: 60 } },
      error: { share: 0.2, minimum: 2 },
    },
  ],
}

async function site(t: TestContext) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const releases = ['1.4.3', '1.4.4'].map((version) => ({
    ...{ version, kind: 'security' as const, artifact: Buffer.from(version) },
  }))
  assert.equal((await server.publish(desk, 1, releases)).status, 200)
  const fleet = new ReportingFleet(server)
  const devices = Array.from({ length: 10 }, (_, at) => `D-${at}`)
  await fleet.add(devices)
  await fleet.pass(DAY)
  return { server, fleet, devices }
}

async function rollout(of: Pick<Caller, 'call'>, more: object = {}): Promise<string> {
  const body = { release: '1.4.3', cohort: 'everyone', ...more }
  const answer = await of.call('POST', `/products/${PRODUCT}/rollouts`, body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.id
}

const move = (of: Pick<Caller, 'call'>, id: string, verb: string) =>
  of.call('POST', `/products/${PRODUCT}/rollouts/${id}/${verb}`, undefined, ANY)

test('a rollout that stopped itself is urgent, with the rule and the figures, until somebody goes on', async (t) => {
  const { server, fleet, devices } = await site(t)
  const id = await rollout(server, { plan: ONE_GROUP })
  assert.deepEqual(await mattersOf('rolloutHalted', server), [])
  for (const device of devices.slice(0, 3)) await fleet.fails(device, id)
  await fleet.pass(1)
  const [halted, ...others] = await mattersOf('rolloutHalted', server)
  assert.deepEqual(others, [])
  assert.deepEqual(halted, {
    ...{ kind: 'rolloutHalted', severity: 'urgent', product: PRODUCT, since: fleet.now, by: null },
    subject: { rollout: id },
    facts: {
      ...{ release: '1.4.3', cohort: 'everyone', releaseKind: 'security', state: 'stopped' },
      reason: {
        rule: 'errorThreshold',
        facts: {
          ...{ name: 'all', failed: 3, silent: 0, accepted: 0, counted: 10 },
          ...{ share: 0.2, minimum: 2 },
        },
      },
      returnsTo: null,
    },
  })
  await fleet.pass(60)
  const later = await rollout(server, { release: '1.4.4', plan: ONE_GROUP })
  assert.deepEqual(await mattersOf('rolloutHalted', server), [], 'the cohort has a later one')
  assert.equal((await move(server, later, 'withdraw')).status, 200)
  assert.equal((await mattersOf('rolloutHalted', server)).length, 1)
  assert.equal((await move(server, id, 'resume')).status, 200)
  assert.deepEqual(await mattersOf('rolloutHalted', server), [])
})

test('a rollout that paused as planned waits soon, and one that a person paused is a note', async (t) => {
  const { server, fleet, devices } = await site(t)
  const [group] = ONE_GROUP.groups
  const first = { ...group, name: 'first', members: { share: 0.5 } }
  const pausing = { ...first, success: { ...first.success, afterwards: 'pause' } }
  const id = await rollout(server, { plan: { groups: [pausing, { ...group, name: 'rest' }] } })
  for (const device of devices) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  await fleet.pass(61)
  const [planned] = await mattersOf('rolloutHalted', server)
  assert.deepEqual(
    [planned?.severity, planned?.facts.state, planned?.facts.reason.rule],
    ['soon', 'paused', 'groupPassed'],
  )
  assert.equal((await move(server, id, 'resume')).status, 200)
  assert.equal((await move(server, id, 'pause')).status, 200)
  const [byHand] = await mattersOf('rolloutHalted', server)
  assert.deepEqual(
    [byHand?.severity, byHand?.facts.reason],
    ['note', { rule: 'byHand', facts: {} }],
  )
})

test('a rollout that cannot reach its success share waits for a person, until that has changed', async (t) => {
  const { server, fleet, devices } = await site(t)
  const [group] = ONE_GROUP.groups
  const plan = { groups: [{ ...group, error: { share: 1, minimum: 100 } }] }
  const id = await rollout(server, { plan })
  for (const device of devices.slice(0, 5)) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  assert.deepEqual(await mattersOf('rolloutStuck', server), [], 'others are still to come')
  for (const device of devices.slice(5)) await fleet.fails(device, id)
  await fleet.pass(1)
  const since = fleet.now
  await fleet.pass(60)
  const [stuck, ...others] = await mattersOf('rolloutStuck', server)
  assert.deepEqual(others, [])
  const { rule, facts } = (await server.of('GET', `/rollouts/${id}`)).body.explanation
  assert.deepEqual(stuck, {
    ...{ kind: 'rolloutStuck', severity: 'soon', product: PRODUCT, since, by: null },
    subject: { rollout: id },
    facts: {
      ...{ release: '1.4.3', cohort: 'everyone', releaseKind: 'security', state: 'running' },
      reason: { rule, facts },
    },
  })
  assert.equal(rule, 'successOutOfReach')
  assert.equal((await move(server, id, 'retry')).status, 200)
  await fleet.pass(1)
  assert.deepEqual(await mattersOf('rolloutStuck', server), [])
})

test('a rollout that is ready and does not start itself waits for a person', async (t) => {
  const { server } = await site(t)
  const id = await rollout(server, { start: false })
  const [waits, ...others] = await mattersOf('rolloutWaits', server)
  assert.deepEqual(others, [])
  assert.deepEqual([waits?.subject, waits?.facts.waitsFor], [{ rollout: id }, 'start'])
  assert.equal((await move(server, id, 'start')).status, 200)
  assert.deepEqual(await mattersOf('rolloutWaits', server), [])
})

test('an approval is shown to all who may read, and says whether it is theirs to give', async (t) => {
  const { server } = await site(t)
  const may = (role: 'operator' | 'releaseManager') => ({ role, product: PRODUCT })
  const author = await signedIn(server, [may('operator'), may('releaseManager')])
  const second = await signedIn(server, [may('releaseManager')])
  const operator = await signedIn(server, [may('operator')])
  const rule = { count: 1, roles: ['releaseManager'] }
  assert.equal((await server.of('POST', '/approval', rule)).status, 200)
  const id = await rollout(author)
  const asSeen = async (by: Caller) => {
    const [waiting] = await mattersOf('approvalWaiting', by)
    return [waiting?.subject.rollout, waiting?.facts.mayApprove, waiting?.facts.whyNot]
  }
  assert.deepEqual(await asSeen(author), [id, false, 'APPROVAL_BY_AUTHOR'])
  assert.deepEqual(await asSeen(second), [id, true, null])
  assert.deepEqual(await asSeen(operator), [id, false, 'NOT_PERMITTED'])
  const [waiting] = await mattersOf('approvalWaiting', server)
  assert.deepEqual([waiting?.facts.given, waiting?.facts.needed], [0, 1])
  assert.equal((await move(second, id, 'approve')).status, 200)
  assert.deepEqual(await mattersOf('approvalWaiting', second), [])
})

test('an emergency waits for a second person until one has looked', async (t) => {
  const { server } = await site(t)
  const officers = [0, 1].map(() => signedIn(server, [{ role: 'securityOfficer', product: '*' }]))
  const [first, second] = await Promise.all(officers)
  assert.ok(first !== undefined && second !== undefined)
  const rule = { count: 1, roles: ['securityOfficer'] }
  assert.equal((await server.of('POST', '/approval', rule)).status, 200)
  const emergency = { reason: 'It is exploited tonight' }
  const id = await rollout(first, { emergency })
  const [own] = await mattersOf('emergencyUnseen', first)
  assert.deepEqual([own?.facts.reason, own?.facts.whyNot], [emergency.reason, 'APPROVAL_BY_AUTHOR'])
  const [others] = await mattersOf('emergencyUnseen', second)
  assert.deepEqual([others?.subject.rollout, others?.facts.mayApprove], [id, true])
  assert.equal((await move(second, id, 'seen')).status, 200)
  assert.deepEqual(await mattersOf('emergencyUnseen', second), [])
})

test('of another product nothing is seen, and whoever may nothing is told that nobody looked', async (t) => {
  const { server } = await site(t)
  await rollout(server, { start: false })
  await server.call('POST', '/products', { id: 'lumen-blue' })
  const blue = await signedIn(server, [{ role: 'administrator', product: 'lumen-blue' }])
  const seen = await attention(blue)
  assert.deepEqual(
    seen.matters.filter(({ product }) => product === PRODUCT),
    [],
  )
  assert.ok(seen.lookedAt.includes('rolloutWaits'))
  const nobody = await attention(await signedIn(server, []))
  assert.deepEqual([nobody.matters, nobody.lookedAt, nobody.failed], [[], [], []])
  const viewer = await attention(await signedIn(server, [{ role: 'viewer', product: PRODUCT }]))
  assert.ok(viewer.notPermitted.includes('caseDue') && !viewer.lookedAt.includes('caseDue'))
})

test('of more than twenty of a kind the number is told', async (t) => {
  const { server } = await site(t)
  for (let count = 0; count < 22; count += 1) {
    await rollout(server, { start: false, cohort: `c-${count}` })
  }
  const { matters, more } = await attention(server)
  assert.equal(matters.filter(({ kind }) => kind === 'rolloutWaits').length, 20)
  assert.deepEqual(more, [{ kind: 'rolloutWaits', count: 2 }])
})
