/** The terms of a rollout, over the API of a running server and as devices read them in its manifest. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { cohortAudience, importKeySet, type Offer, verifyManifest } from '@fleetward/shared'
import { type DeskRelease, PRODUCT } from '../support/desk.ts'
import { signedIn, storesOf, withToken } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DAY = 86_400
const ARTIFACT_BYTES = 1_000
const release = (version: string, more: Partial<DeskRelease> = {}): DeskRelease => ({
  ...{ version, kind: 'security', artifact: Buffer.alloc(ARTIFACT_BYTES, version) },
  ...more,
})
const all = { name: 'all', members: { rest: true } }

async function serverWith(t: TestContext, ...releases: DeskRelease[]) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  for (const kind of ['security', 'functionality'] as const) {
    const ofKind = releases.filter((one) => one.kind === kind)
    if (ofKind.length === 0) continue
    assert.equal((await server.publish(desk, 1, ofKind)).status, 200)
  }
  return server
}

const start = (server: TestServer, body: object) =>
  server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'everyone', ...body })

/** What the cohort's last manifest offers, verified as a device does. */
async function offersTo(server: TestServer, cohort = 'everyone'): Promise<readonly Offer[]> {
  await server.edgeSettled()
  const topic = `ota/1/${PRODUCT}/cohorts/${cohort}/manifest`
  const last = server.published.findLast((published) => published.topic === topic)
  assert.ok(last, 'a manifest is retained')
  const { body } = await server.of('GET', '')
  const manifest = await verifyManifest(last.token, {
    keys: await importKeySet(new TextEncoder().encode(body.trust['director.jwks'])),
    product: PRODUCT,
    audience: cohortAudience(PRODUCT, cohort),
    now: server.clock.at.getTime() / 1000,
  })
  return manifest.offers.filter((offer): offer is Offer => !offer.withdrawn)
}

test('soft asks the owner, a deadline names its day, forced lets nobody postpone longer than was signed', async (t) => {
  const server = await serverWith(t, release('1.4.3'))
  const deadline = Math.floor(server.clock.at.getTime() / 1000) + 3 * DAY
  const terms = async (urgency: string, policy: object) => {
    const cohort = `of-${urgency}`
    const plan = { groups: [all], urgency }
    const { status, body } = await start(server, { cohort, plan, policy })
    assert.equal(status, 201, JSON.stringify(body))
    const [offer] = await offersTo(server, cohort)
    return offer?.policy
  }
  assert.equal((await terms('soft', { apply: 'automatic' }))?.apply, 'ask')
  const dated = await terms('deadline', { apply: 'ask', deadline })
  assert.deepEqual([dated?.apply, dated?.deadline], ['ask', deadline])
  const forced = await terms('forced', { apply: 'ask', postponeUpTo: 7 * DAY })
  assert.deepEqual([forced?.apply, forced?.postponeUpTo], ['automatic', 0])
})

test('a window in the devices’ own zones goes to them, one in a place holds the opening here (hawkBit #1465)', async (t) => {
  const server = await serverWith(t, release('1.4.3'))
  await new ReportingFleet(server).add(['D-1'], 'here')
  const notToday = [((server.clock.at.getUTCDay() + 2) % 7) + 1]
  const window = { weekdays: [5, 1], from: '22:00', to: '03:00' }
  await start(server, { plan: { groups: [all], window: { ...window, zone: 'device' } } })
  assert.deepEqual((await offersTo(server))[0]?.policy.window, { ...window, weekdays: [1, 5] })

  const held = await start(server, {
    ...{
      cohort: 'here',
      plan: { groups: [all], window: { ...window, weekdays: notToday, zone: 'UTC' } },
    },
  })
  const { body } = await server.of('GET', `/rollouts/${held.body.id}`)
  assert.deepEqual([body.explanation.rule, body.groups[0].columns.notOffered], ['windowClosed', 1])
})

test('a start by cron is in its zone, and nobody is offered anything before', async (t) => {
  const server = await serverWith(t, release('1.4.3'))
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1'])
  // Half past two at night in Auckland, which is another day and hour in UTC.
  const cron = { expression: '30 2 * * *', zone: 'Pacific/Auckland' }
  const { body } = await start(server, { plan: { groups: [all], start: { cron } } })
  assert.equal(body.state, 'scheduled')
  const { explanation } = (await server.of('GET', `/rollouts/${body.id}`)).body
  assert.equal(explanation.rule, 'startsLater')
  const at = Temporal.Instant.fromEpochMilliseconds(explanation.facts.at * 1000)
  const there = at.toZonedDateTimeISO('Pacific/Auckland')
  assert.deepEqual([there.hour, there.minute], [2, 30])
  await fleet.pass(explanation.facts.at - fleet.now - 1)
  assert.equal((await server.of('GET', `/rollouts/${body.id}`)).body.state, 'scheduled')
  await fleet.pass(1)
  assert.equal((await server.of('GET', `/rollouts/${body.id}`)).body.state, 'running')
})

test('a byte budget a minute holds for those who join late, too (AWS)', async (t) => {
  const server = await serverWith(t, release('1.4.3'))
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1'])
  await fleet.pass(DAY)
  const plan = { groups: [all], bytesPerMinute: 2 * ARTIFACT_BYTES }
  const { body } = await start(server, { plan })
  await fleet.commits('D-1', '1.4.3')
  await fleet.pass(61)
  for (const device of ['L-1', 'L-2', 'L-3', 'L-4', 'L-5']) await fleet.join(device)
  const late = async () => (await server.of('GET', `/rollouts/${body.id}`)).body.late
  // The server looks by itself too: whatever it may open by now is open.
  await fleet.pass(0)
  let before = (await late()).offered
  for (let minute = 0; minute < 3; minute += 1) {
    assert.ok(before <= 2 * (minute + 1), `${before} after ${minute} minutes`)
    await fleet.pass(61)
    const now = (await late()).offered
    assert.ok(now - before <= 2, `${now - before} in a minute`)
    before = now
  }
  assert.equal(before, 5)
})

test('a fix that runs is not overtaken by new functions that start after it, and the device is offered one', async (t) => {
  const server = await serverWith(t, release('1.4.3'), release('1.5.0', { kind: 'functionality' }))
  const fix = await start(server, {})
  const functions = await start(server, {
    ...{ release: '1.5.0', plan: { groups: [all], priority: 1000 } },
  })
  const offers = await offersTo(server)
  assert.deepEqual(
    offers.map(({ rollout }) => rollout),
    [fix.body.id],
  )
  const { explanation } = (await server.of('GET', `/rollouts/${functions.body.id}`)).body
  assert.deepEqual([explanation.rule, explanation.facts.by], ['overtaken', fix.body.id])
})

test('a fleet does not return below the security counter it was offered, and does so at the counter', async (t) => {
  const server = await serverWith(
    t,
    release('1.4.1', { securityCounter: 6 }),
    release('1.4.2', { securityCounter: 7 }),
    release('1.4.3', { securityCounter: 7 }),
  )
  assert.equal((await start(server, {})).status, 201)
  const below = await start(server, { release: '1.4.1' })
  assert.deepEqual([below.status, below.body.code], [409, 'SECURITY_COUNTER_TOO_LOW'])
  assert.equal((await start(server, { release: '1.4.2' })).status, 201)
  assert.equal((await start(server, { release: '1.4.1', cohort: 'others' })).status, 201)
})

test('withdrawing a release lists the devices that have it, and only to who may read devices', async (t) => {
  const server = await serverWith(t, release('1.4.3'))
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1', 'D-2', 'D-3'])
  await fleet.commits('D-3', '1.4.3')
  await fleet.commits('D-1', '1.4.3')
  const { status, body } = await server.of('POST', '/releases/1.4.3/withdraw')
  assert.equal(status, 200)
  const expected = { count: 2, devices: ['D-1', 'D-3'], filter: 'version = 1.4.3' }
  assert.deepEqual(body.installedOn, expected)
  const chief = await signedIn(server, [{ role: 'administrator', product: PRODUCT }])
  const scopes = ['release.withdraw'] as const
  const narrow = await withToken(server, chief.account, { scopes })
  const path = `/products/${PRODUCT}/releases/1.4.3/withdraw`
  assert.equal((await narrow.call('POST', path)).body.installedOn, undefined)
  assert.deepEqual((await chief.call('POST', path)).body.installedOn, expected)
})

test('one person lets a fix out in an emergency and nothing else, and it is shown until a second has looked', async (t) => {
  const server = await serverWith(t, release('1.4.3'), release('1.5.0', { kind: 'functionality' }))
  const officer = { role: 'securityOfficer', product: PRODUCT } as const
  const alone = await signedIn(server, [officer])
  const second = await signedIn(server, [officer])
  const rule = { count: 1, roles: ['securityOfficer'] }
  assert.equal((await server.of('POST', '/approval', rule)).status, 200)
  const emergency = { reason: 'exploited since this morning' }
  const asked = (who: typeof alone, version: string) =>
    who.call('POST', `/products/${PRODUCT}/rollouts`, {
      ...{ release: version, cohort: 'everyone', emergency },
    })
  const functions = await asked(alone, '1.5.0')
  assert.deepEqual([functions.status, functions.body.code], [422, 'EMERGENCY_NOT_SECURITY'])
  const machine = await start(server, { emergency })
  assert.deepEqual([machine.status, machine.body.code], [403, 'NOT_PERMITTED'])

  const { body } = await asked(alone, '1.4.3')
  assert.equal(body.state, 'running')
  const path = `/products/${PRODUCT}/rollouts/${body.id}`
  const shown = async () => (await second.call('GET', path)).body.approval.emergency
  assert.deepEqual([(await shown()).person, (await shown()).seenBy], [alone.account.id, undefined])
  const own = await alone.call('POST', `${path}/seen`)
  assert.deepEqual([own.status, own.body.code], [403, 'APPROVAL_BY_AUTHOR'])
  assert.equal((await second.call('POST', `${path}/seen`)).status, 200)
  assert.equal((await shown()).seenBy.person, second.account.id)
  const lines = await storesOf(server).audit.find({ limit: 20 })
  const told = JSON.stringify(lines.map(({ line }) => line))
  assert.ok(told.includes('rollout.emergencySeen') && told.includes(emergency.reason))
})
