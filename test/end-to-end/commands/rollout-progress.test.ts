/** `fleetward rollout status`, `devices`, `explain` and `curve` before a server: who waits for what is told apart. CRA P-053 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runCommand } from '../../../packages/cli/src/run-command.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { ReportingFleet } from '../../../packages/server/test/support/reporting-fleet.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'

const ended = endings()
let server: TestServer
let rollout: string

before(async () => {
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const artifact = new TextEncoder().encode('1.4.3')
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1', 'D-2', 'D-3', 'D-4', 'D-5', 'D-6'])
  await fleet.pass(86_400)
  const groups = [{ name: 'homes', members: { rest: true } }]
  const started = await server.of('POST', '/rollouts', {
    ...{ release: '1.4.3', cohort: 'everyone', plan: { groups } },
  })
  rollout = started.body.id
  // Its group opens before time goes on.
  await fleet.pass(0)
  await fleet.pass(1)
  await fleet.commits('D-1', '1.4.3')
  for (const [device, waitingFor] of [
    ['D-2', 'approval'],
    ['D-3', 'deadline'],
    ['D-4', 'window'],
    ['D-5', 'power'],
    ['D-6', 'postponement'],
  ] as const) {
    await fleet.report(device, { state: 'offered', waitingFor, rollout })
  }
})
after(() => ended.endAll())

async function said(...words: readonly string[]): Promise<readonly string[]> {
  let out = ''
  const take = (text: string) => {
    out += text
  }
  const terminal = {
    ...{ note: take, progress: () => {} },
    askSecret: () => assert.fail('nobody is there'),
    confirm: () => assert.fail('nobody is there'),
  }
  const token = server.running?.adminTokenFile ?? assert.fail()
  const where = ['--product', PRODUCT, '--server', server.url('/'), '--token-file', token]
  const outside = { terminal, now: () => server.clock.now(), print: take }
  assert.equal(await runCommand(['rollout', ...words, ...where], outside), 0, out)
  return out.trimEnd().split('\n')
}

test('the line of a group has a number for each kind of wait', async () => {
  const lines = await said('status', rollout)
  const group = lines.find((line) => line.includes('group homes:'))
  assert.equal(
    group?.trim(),
    'group homes: succeeded 1, waitingForConsent 2, waitingForWindow 1, waiting 1, postponed 1',
  )
})

test('each kind of wait is listed by its column, and a device says what it waits for', async () => {
  assert.deepEqual(await said('devices', rollout, '--column', 'waitingForConsent'), [
    'D-2  waitingForConsent  homes',
    'D-3  waitingForConsent  homes',
  ])
  assert.deepEqual(await said('devices', rollout, '--column', 'waitingForWindow'), [
    'D-4  waitingForWindow  homes',
  ])
  assert.deepEqual(await said('devices', rollout, '--column', 'waiting'), ['D-5  waiting  homes'])
  const whys = ['D-2', 'D-4', 'D-5'].map((id) => said('explain', rollout, '--device', id))
  assert.deepEqual((await Promise.all(whys)).flat(), [
    "It waits for its owner's consent.",
    'It waits for a maintenance window.',
    'It waits for enough power.',
  ])
})

test('the curve has a line for each time at which something changed, and says what happened', async () => {
  assert.deepEqual(await said('curve', rollout), [
    'time                  committed     failed  what happened',
    '2026-11-22T00:00:00Z          0          0  group opened by itself',
    '2026-11-22T00:00:01Z          1          0',
  ])
})
