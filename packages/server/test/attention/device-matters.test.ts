/** Devices that need a person: numbers with a filter, of who may see them; and what is said when one source fails. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT } from '../support/desk.ts'
import { attention, mattersOf } from '../support/on-watch.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DAY = 86_400
const BLUE = 'lumen-blue'

async function site(t: TestContext) {
  const server = await TestServer.start(t, {}, { startEdge })
  await server.product()
  const begun = server.clock.at.getTime()
  return {
    server,
    stores: storesOf(server),
    now: () => Math.floor(server.clock.at.getTime() / 1000),
    /** Days since it began. */
    day: (days: number) => {
      server.clock.at = new Date(begun + days * DAY * 1000)
    },
  }
}

test('devices that went silent are a number, and its filter shows exactly them', async (t) => {
  const { server, stores, day, now } = await site(t)
  const fleet = new ReportingFleet(server)
  const devices = ['D-1', 'D-2', 'D-3', 'D-4', 'D-5']
  await fleet.add(devices)
  const away = devices.slice(0, 3).map((id) => [id, { online: false }] as const)
  await stores.devices.notePresence(new Map(away), now())
  assert.deepEqual(await mattersOf('devicesSilent', server), [])
  day(4)
  await stores.enrolments.revoke(PRODUCT, 'D-3', now())
  const [silent, ...others] = await mattersOf('devicesSilent', server)
  assert.deepEqual(others, [])
  assert.deepEqual([silent?.facts.devices, silent?.since, silent?.severity], [2, now(), 'note'])
  const filter = encodeURIComponent(silent?.subject.filter ?? '')
  const found = (await server.of('GET', `/devices?filter=${filter}`)).body
  assert.deepEqual(
    found.map(({ id }: { id: string }) => id),
    ['D-1', 'D-2'],
  )
  day(31)
  assert.deepEqual(await mattersOf('devicesSilent', server), [], 'after a month they are away')
})

test('devices that flap are a number for an hour, and its filter shows exactly them', async (t) => {
  const { server, stores, day, now } = await site(t)
  await new ReportingFleet(server).add(['D-1', 'D-2', 'D-3', 'D-4'])
  const come = (ids: readonly string[]) =>
    stores.devices.notePresence(
      new Map(ids.map((id) => [id, { online: true, connections: 1 }])),
      now(),
    )
  const minute = 1 / (24 * 60)
  for (let times = 0; times < 6; times += 1) {
    day(times * 5 * minute)
    await come(['D-1', 'D-2', 'D-3'])
  }
  assert.deepEqual(await mattersOf('devicesFlapping', server), [])
  day(30 * minute)
  await come(['D-1', 'D-3', 'D-4'])
  await stores.enrolments.revoke(PRODUCT, 'D-3', now())
  const [flapping, ...others] = await mattersOf('devicesFlapping', server)
  assert.deepEqual(others, [])
  const { severity, facts, since, subject } = flapping ?? {}
  assert.deepEqual([severity, facts?.devices, since], ['soon', 1, now()])
  const filter = encodeURIComponent(subject?.filter ?? '')
  const found = (await server.of('GET', `/devices?filter=${filter}`)).body
  assert.deepEqual(
    found.map(({ id, flappedAt }: { id: string; flappedAt: number }) => [id, flappedAt]),
    [['D-1', now()]],
  )
  day(89 * minute)
  assert.equal((await mattersOf('devicesFlapping', server)).length, 1)
  day(90 * minute)
  assert.deepEqual(await mattersOf('devicesFlapping', server), [], 'it has been calm for an hour')
})

test('devices that look like two or run what nobody installed are urgent, to who may see devices', async (t) => {
  const { server, stores, day, now } = await site(t)
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1', 'D-2'])
  await stores.fleet.setCloneSuspected(PRODUCT, 'D-1', now())
  await fleet.report('D-2', { integrity: 'corrupt' } as never)
  const seen = async () =>
    (await attention(server)).matters.flatMap(({ kind, facts, severity }) =>
      kind.startsWith('devices') ? [[kind, (facts as { devices: number }).devices, severity]] : [],
    )
  assert.deepEqual(await seen(), [
    ['devicesSuspected', 1, 'urgent'],
    ['devicesCorrupt', 1, 'urgent'],
  ])
  await server.call('POST', '/products', { id: BLUE })
  const blue = await signedIn(server, [{ role: 'administrator', product: BLUE }])
  assert.deepEqual(await mattersOf('devicesSuspected', blue), [])
  assert.ok((await attention(blue)).lookedAt.includes('devicesSuspected'))
  await stores.fleet.setCloneSuspected(PRODUCT, 'D-1', undefined)
  assert.equal((await seen()).length, 2, 'counted a moment ago')
  day(1)
  assert.deepEqual(await seen(), [['devicesCorrupt', 1, 'urgent']])
})

test('a source that breaks is named, and what the others found is told all the same', async (t) => {
  const { server, stores, now } = await site(t)
  await new ReportingFleet(server).add(['D-1'])
  await stores.fleet.setCloneSuspected(PRODUCT, 'D-1', now())
  const database = server.edge?.database
  assert.ok(database !== undefined)
  await sql`ALTER TABLE gate_waivers RENAME TO gate_waivers_gone`.execute(database)
  const { matters, failed, lookedAt } = await attention(server)
  assert.deepEqual(failed, ['waiverEnding'])
  assert.ok(!lookedAt.includes('waiverEnding') && lookedAt.includes('supportEnding'))
  assert.ok(matters.some(({ kind }) => kind === 'devicesSuspected'))
})
