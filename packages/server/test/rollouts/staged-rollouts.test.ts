/** Rollouts that open, stop and finish by themselves: the whole server, its database, a clock that the test moves. CRA P-016, P-112 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sharePosition, WAITING_FOR } from '@fleetward/shared'
import type { Permission } from '../../src/accounts/permission.ts'
import { DeviceAccess } from '../../src/enrolment/device-access.ts'
import { type DeskRelease, PRODUCT } from '../support/desk.ts'
import { signedIn, storesOf, withToken } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DAY = 86_400
const MINUTE = 60
const release = (version: string, kind: DeskRelease['kind'] = 'security'): DeskRelease => ({
  version,
  kind,
  artifact: Buffer.from(`firmware ${version}`),
})

const group = (name: string, members: object, more: object = {}) => ({
  name,
  members,
  success: { share: 0.9, soakSeconds: MINUTE },
  error: { share: 0.2, minimum: 2 },
  ...more,
})

const OWNER = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }

async function begun(t: TestContext, devicesCount: number, ...more: DeskRelease[]) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [release('1.4.3')])).status, 200)
  if (more.length > 0) assert.equal((await server.publish(desk, 1, more)).status, 200)
  const fleet = new ReportingFleet(server)
  const devices = Array.from({ length: devicesCount }, (_, index) => `D-${1000 + index}`)
  if (devices.length > 0) await fleet.add(devices)
  // Nobody counts as silent while the server has just come up.
  await fleet.pass(DAY)
  return { server, fleet, devices }
}

async function start(server: TestServer, body: object) {
  const answer = await server.of('POST', '/rollouts', {
    ...{ release: '1.4.3', cohort: 'everyone', ...body },
  })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body as { id: string; state: string; share: number }
}

const look = async (server: TestServer, id: string) =>
  (await server.of('GET', `/rollouts/${id}`)).body

async function offered(server: TestServer, id: string): Promise<string[]> {
  const answer = await server.of('GET', `/rollouts/${id}/devices?column=offered&limit=500`)
  return answer.body.map(({ device }: { device: string }) => device)
}

test('a group opens when the one before has met its success share for as long as it must', async (t) => {
  const { server, fleet, devices } = await begun(t, 60)
  const { id } = await start(server, {
    plan: { groups: [group('first', { share: 0.2 }), group('rest', { rest: true })] },
  })
  const first = await offered(server, id)
  assert.ok(first.length > 0 && first.length < 30)
  for (const device of first) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  await fleet.pass(MINUTE - 2)
  assert.equal((await look(server, id)).openGroup, 0)
  await fleet.pass(5)
  const opened = await look(server, id)
  assert.deepEqual([opened.openGroup, opened.share], [1, 1])
  assert.equal(opened.groups[0].columns.succeeded, first.length)
  for (const device of devices.filter((one) => !first.includes(one))) {
    await fleet.commits(device, '1.4.3')
  }
  await fleet.pass(1)
  await fleet.pass(MINUTE + 1)
  assert.equal((await look(server, id)).state, 'finished')
})

test('a rollout stops itself at the error threshold, says so, and offers nothing more', async (t) => {
  const { server, fleet } = await begun(t, 60)
  const { id } = await start(server, {
    plan: { groups: [group('first', { share: 0.3 }), group('rest', { rest: true })] },
  })
  const first = await offered(server, id)
  await fleet.fails(first[0] ?? '', id)
  await fleet.pass(1)
  assert.equal((await look(server, id)).state, 'running', 'one failure is below the minimum')
  for (const device of first.slice(1, 1 + Math.ceil(first.length / 4)))
    await fleet.fails(device, id)
  await fleet.pass(1)
  const stopped = await look(server, id)
  assert.equal(stopped.state, 'stopped')
  assert.equal(stopped.explanation.rule, 'errorThreshold')
  const { body: entries } = await server.call('GET', '/audit?action=rollout.stopped')
  assert.equal(JSON.stringify(entries).includes(id), true)
})

test('a device that goes silent counts as failed (hawkBit #693)', async (t) => {
  const { server, fleet } = await begun(t, 10)
  const { id } = await start(server, {
    plan: { groups: [group('all', { rest: true })], silenceSeconds: 3_600 },
  })
  await fleet.pass(3_599)
  assert.equal((await look(server, id)).state, 'running')
  await fleet.pass(10)
  const { state, explanation } = await look(server, id)
  assert.deepEqual([state, explanation.facts.silent], ['stopped', 10])
})

test('postponing counts neither as failing nor as succeeding (NervesHub #774), nor does an owner who opted out (NervesHub #2641)', async (t) => {
  const { server, fleet, devices } = await begun(t, 20)
  const { id } = await start(server, {
    plan: { groups: [group('all', { rest: true })], silenceSeconds: 3_600 },
  })
  const owner = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }
  for (const device of devices.slice(0, 8)) {
    const until = { ...owner, postponedUntil: fleet.now + 10 * DAY }
    const waits = { state: 'offered', waitingFor: 'postponement', rollout: id } as const
    await fleet.report(device, { ...waits, owner: until })
  }
  for (const device of devices.slice(8, 16)) {
    const waits = { state: 'offered', waitingFor: 'optIn', rollout: id } as const
    await fleet.report(device, { ...waits, owner: { ...owner, optedOut: true } })
  }
  for (const device of devices.slice(16)) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  await fleet.pass(2 * MINUTE)
  const { state, groups } = await look(server, id)
  assert.equal(state, 'finished')
  const { postponed, optedOut, succeeded, failed, silent } = groups[0].columns
  assert.deepEqual([postponed, optedOut, succeeded, failed, silent], [8, 8, 4, 0, 0])
})

test('who waits for consent, for a window or for something else is told apart, and holds the others up no more than before', async (t) => {
  const { server, fleet, devices } = await begun(t, 20)
  const { id } = await start(server, {
    plan: { groups: [group('all', { rest: true })], silenceSeconds: 3_600 },
  })
  const none = await look(server, id)
  const { waitingForConsent, waitingForWindow, waiting } = none.groups[0].columns
  assert.deepEqual([waitingForConsent, waitingForWindow, waiting], [0, 0, 0])
  const waits = WAITING_FOR.filter((wait) => wait !== 'postponement' && wait !== 'optIn')
  for (const [at, waitingFor] of waits.entries()) {
    await fleet.report(devices[at] ?? '', { state: 'offered', waitingFor, rollout: id })
  }
  await fleet.pass(1)
  await fleet.pass(2 * MINUTE)
  assert.equal((await look(server, id)).explanation.rule, 'successShort')
  for (const device of devices.slice(waits.length)) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  await fleet.pass(2 * MINUTE)
  // Far beyond the time limit: a wait never becomes a failure.
  await fleet.pass(2 * DAY)
  const { state, groups, progress } = await look(server, id)
  assert.equal(state, 'finished')
  const { notOffered, offered: idle, ...columns } = groups[0].columns
  assert.deepEqual([notOffered, idle], [0, 0])
  const counted = Object.entries(columns).filter(([, count]) => count !== 0)
  assert.deepEqual(Object.fromEntries(counted), {
    ...{ succeeded: 20 - waits.length, waitingForConsent: 2, waitingForWindow: 1, waiting: 4 },
  })
  assert.deepEqual(progress.waitingFor, Object.fromEntries(waits.map((wait) => [wait, 1])))
  for (const [column, told] of [
    ['waitingForConsent', ['approval', 'deadline']],
    ['waitingForWindow', ['window']],
    ['waiting', ['power', 'space', 'product', 'start']],
  ] as const) {
    const { body } = await server.of('GET', `/rollouts/${id}/devices?column=${column}`)
    const standing = (body as { device: string; column: string }[]).map((one) => one.device)
    const meant = told.map((wait) => devices[waits.indexOf(wait)] ?? '')
    assert.deepEqual(standing.toSorted(), meant.toSorted(), column)
    for (const device of meant) {
      const why = await server.of('GET', `/rollouts/${id}/devices/${device}/explain`)
      assert.equal(why.body.rule, column)
      assert.match(why.body.sentence, /^It waits /)
    }
  }
})

test('a rollout never offers more devices in a minute than its pace', async (t) => {
  const { server, fleet } = await begun(t, 50)
  const { id } = await start(server, {
    plan: {
      groups: [group('all', { rest: true })],
      pace: { kind: 'fixed', devicesPerMinute: 10 },
    },
  })
  const counts: number[] = []
  for (let minute = 0; minute < 6; minute += 1) {
    counts.push((await look(server, id)).groups[0].columns.notOffered)
    await fleet.pass(MINUTE + 1)
  }
  assert.deepEqual(counts, [40, 30, 20, 10, 0, 0])
})

test('who joins late does not escape the rate (AWS): held until its turn, with the rest of its cohort open to it', async (t) => {
  const { server, fleet, devices } = await begun(t, 5)
  const { id } = await start(server, {
    plan: {
      groups: [group('all', { rest: true })],
      pace: { kind: 'fixed', devicesPerMinute: 5 },
    },
  })
  for (const device of devices) await fleet.commits(device, '1.4.3')
  await fleet.pass(MINUTE + 1)
  const late = Array.from({ length: 12 }, (_, index) => `L-${index}`)
  for (const device of late) await fleet.join(device)
  const access = new DeviceAccess(storesOf(server).enrolments)
  const open = async () => {
    const standings = await Promise.all(late.map((device) => access.standing(device)))
    return standings.filter((standing) => standing?.cohort === 'everyone').length
  }
  // The server looks at its rollouts by itself too: whoever may have their turn by now have had it.
  await fleet.pass(0)
  let before = await open()
  assert.ok(before <= 5, `${before} at once`)
  for (let minute = 0; minute < 4; minute += 1) {
    await fleet.pass(MINUTE + 1)
    const now = await open()
    assert.ok(now - before <= 5, `${now - before} in a minute`)
    before = now
  }
  assert.equal(before, 12)
  assert.equal((await look(server, id)).late.offered, 12)
})

test('a security rollout overtakes one of new functions, and the cohort is offered one of them', async (t) => {
  const { server } = await begun(t, 4, release('1.5.0', 'functionality'))
  const functions = await start(server, { release: '1.5.0' })
  const fix = await start(server, {})
  const answer = await look(server, functions.id)
  assert.deepEqual([answer.state, answer.explanation.rule], ['running', 'overtaken'])
  assert.equal(answer.explanation.facts.by, fix.id)
  await server.edgeSettled()
  const token = server.published.at(-1)?.token.split('.')[1] ?? ''
  const { offers } = JSON.parse(Buffer.from(token, 'base64url').toString())
  assert.deepEqual(
    offers.map(({ rollout }: { rollout: string }) => rollout),
    [fix.id],
  )
})

test('a group that is a filter reaches its devices by manifests of their own', async (t) => {
  const { server, fleet, devices } = await begun(t, 6)
  const chosen = devices.slice(0, 2)
  const filter = `id in ("${chosen.join('", "')}")`
  const { id } = await start(server, {
    plan: { groups: [group('canaries', { filter }), group('rest', { rest: true })] },
  })
  assert.deepEqual((await offered(server, id)).sort(), [...chosen].sort())
  await server.edgeSettled()
  const own = server.published.filter(({ topic }) => topic.includes('/devices/'))
  // More than once, if the broker was slow to say that it has it.
  const told = new Set(own.map(({ topic }) => topic.split('/')[4]))
  assert.deepEqual([...told].sort(), [...chosen].sort())
  assert.equal((await look(server, id)).share, 0)
  for (const device of chosen) await fleet.commits(device, '1.4.3')
  await fleet.pass(1)
  await fleet.pass(MINUTE + 1)
  assert.deepEqual((await look(server, id)).openGroup, 1)
})

test('when the owner of one device lets updates start is told to who may read devices, and not to who reads rollouts alone', async (t) => {
  const { server, fleet, devices } = await begun(t, 1)
  const { id } = await start(server, { plan: { groups: [group('all', { rest: true })] } })
  const window = { weekdays: [1], from: '22:00', to: '05:00', timeZone: 'Europe/Berlin' }
  await fleet.report(devices[0] ?? '', { owner: { ...OWNER, window } })
  const { account } = await signedIn(server, [{ role: 'operator', product: PRODUCT }])
  const told = async (scopes: readonly Permission[]) => {
    const token = await withToken(server, account, { scopes })
    const { body } = await token.call('GET', `/products/${PRODUCT}/rollouts/${id}/devices`)
    return body.map(({ ownWindow }: { ownWindow?: { from: string } }) => ownWindow?.from)
  }
  assert.deepEqual(await told(['rollout.read']), [undefined])
  assert.deepEqual(await told(['rollout.read', 'device.read']), ['22:00'])
})

test('every device and every rollout says in a sentence why not (hawkBit #735, #1770)', async (t) => {
  const { server, devices } = await begun(t, 30)
  const { id } = await start(server, {
    plan: { groups: [group('first', { share: 0.5 }), group('rest', { rest: true })] },
  })
  const why = async (device: string) =>
    (await server.of('GET', `/rollouts/${id}/devices/${device}/explain`)).body
  const first = await offered(server, id)
  const waiting = devices.find((device) => !first.includes(device)) ?? ''
  assert.equal((await why(waiting)).rule, 'groupNotOpen')
  assert.match((await why(waiting)).sentence, /rest/)
  assert.equal((await why(first[0] ?? '')).rule, 'offered')
  assert.equal((await why('D-9999')).rule, 'notMember')
})

test('a preview names counts and devices, before anything starts', async (t) => {
  const { server } = await begun(t, 20)
  const { id, state } = await start(server, {
    start: false,
    plan: { groups: [group('first', { share: 0.5 }), group('rest', { rest: true })] },
  })
  assert.equal(state, 'ready')
  const { body } = await server.of('GET', `/rollouts/${id}/preview`)
  assert.equal(body.members, 20)
  assert.equal(body.groups[0].members + body.groups[1].members, 20)
  assert.ok(body.groups[0].sample.length > 0)
  await server.edgeSettled()
  assert.deepEqual(server.published, [])
})

test('a rollout is previewed before anybody creates it, as it would be checked then, and nothing is created', async (t) => {
  const { server, fleet } = await begun(t, 30)
  await fleet.report('D-1001', { owner: { ...OWNER, optedOut: true } })
  await fleet.commits('D-1002', '1.4.3')
  const wanted = (...groups: object[]) => ({
    ...{ release: '1.4.3', cohort: 'everyone', plan: { groups } },
  })
  const preview = (body: object) => server.of('POST', '/rollouts/preview', body)
  const first = group('canaries', { filter: 'id ~ "D-1000" or id ~ "D-1001"' })
  const { status, body } = await preview(
    wanted(first, group('few', { count: 9 }), group('rest', { rest: true })),
  )
  assert.equal(status, 200, JSON.stringify(body))
  const [canaries, few, rest] = body.groups
  assert.deepEqual(canaries.sample, ['D-1000', 'D-1001'])
  assert.deepEqual([canaries.prospects.takesIt, canaries.prospects.optedOut], [1, 1])
  assert.deepEqual([few.members, rest.members, body.members], [9, 19, 30])
  assert.equal(few.prospects.runsIt + rest.prospects.runsIt, 1)
  assert.deepEqual(few.sample, [], 'chance decides anew who these are')
  const everybody = await preview({ release: '1.4.3', cohort: 'everyone' })
  assert.equal(everybody.body.groups[0].sample.length, 5)
  const asking = { release: '1.4.3', cohort: 'everyone', policy: { apply: 'ask' } }
  const asked = (await preview(asking)).body.groups[0].prospects
  assert.deepEqual([asked.takesIt, asked.asksOwner > 20], [0, true])

  const wrong = await preview(wanted(group('all', { rest: true }), group('more', { rest: true })))
  assert.deepEqual([wrong.status, wrong.body.code], [422, 'PLAN_CONTRADICTS_ITSELF'])
  assert.equal((await preview({ release: '9.9.9', cohort: 'everyone' })).status, 404)
  assert.deepEqual((await server.of('GET', '/rollouts')).body, [])
})

test('a preview counts what owners chose, as their devices reported it, of this release alone', async (t) => {
  const { server, fleet } = await begun(t, 6)
  const until = fleet.now + 7_200
  const waiting = (version: string, seconds: number) => ({
    ...({ state: 'offered', waitingFor: 'postponement', rollout: 'earlier', attempt: 1 } as const),
    release: { path: `security/${version}/g1.tar`, version, sha256: 'a'.repeat(64) },
    owner: { ...OWNER, postponedUntil: until + seconds },
  })
  await fleet.report('D-1000', { owner: { ...OWNER, automaticSecurity: false } })
  await fleet.report('D-1001', waiting('1.4.3', 0))
  await fleet.report('D-1002', waiting('1.4.3', 60))
  await fleet.report('D-1003', waiting('1.4.4', 0))
  await fleet.unknown('D-1004')
  const wanted = { release: '1.4.3', cohort: 'everyone' }
  const draft = (await server.of('POST', '/rollouts/preview', wanted)).body.groups[0]
  const asking = { ...wanted, policy: { apply: 'ask' } }
  const asked = (await server.of('POST', '/rollouts/preview', asking)).body.groups[0].prospects
  assert.deepEqual([asked.takesIt, asked.asksOwner, asked.saidNothing], [0, 4, 0])
  const { id } = await start(server, { start: false })
  const created = (await server.of('GET', `/rollouts/${id}/preview`)).body.groups[0]
  for (const { prospects, postponedUntil } of [draft, created]) {
    const { takesIt, asksOwner, postponed, saidNothing } = prospects
    assert.deepEqual(
      { takesIt, asksOwner, postponed, saidNothing },
      {
        ...{ takesIt: 2, asksOwner: 1, postponed: 2, saidNothing: 1 },
      },
    )
    assert.deepEqual(postponedUntil, { earliest: until, latest: until + 60 })
  }
})

test('nobody approves what he created (hawkBit): a second person does, and the machine never', async (t) => {
  const { server } = await begun(t, 2)
  const manager = [{ role: 'releaseManager', product: PRODUCT }] as const
  const [author, other] = [await signedIn(server, manager), await signedIn(server, manager)]
  const rule = { count: 1, roles: ['releaseManager'] }
  const set = await server.of('POST', '/approval', rule)
  assert.equal(set.status, 200, JSON.stringify(set.body))
  const created = await author.call('POST', `/products/${PRODUCT}/rollouts`, {
    ...{ release: '1.4.3', cohort: 'everyone' },
  })
  assert.equal(created.body.state, 'waitingForApproval')
  const path = `/products/${PRODUCT}/rollouts/${created.body.id}`
  const seen = { 'if-match': (await author.call('GET', path)).headers.get('etag') ?? '' }
  const own = await author.call('POST', `${path}/approve`, undefined, seen)
  assert.deepEqual([own.status, own.body.code], [403, 'APPROVAL_BY_AUTHOR'])
  assert.equal((await server.call('POST', `${path}/approve`, undefined, seen)).status, 403)
  const unseen = await other.call('POST', `${path}/approve`)
  assert.deepEqual([unseen.status, unseen.body.code], [428, 'IF_MATCH_MISSING'])
  const older = await other.call('POST', `${path}/approve`, undefined, { 'if-match': '"0"' })
  assert.deepEqual([older.status, older.body.code], [412, 'REVISION_CHANGED'])
  const approved = await other.call('POST', `${path}/approve`, undefined, seen)
  assert.deepEqual([approved.status, approved.body.state], [200, 'running'])
})

test('a share that is widened after the approval is approved anew: one device is not the whole fleet', async (t) => {
  const { server, devices } = await begun(t, 40)
  const [author, ben, cem] = await Promise.all(
    ['releaseManager', 'releaseManager', 'securityOfficer'].map((role) =>
      signedIn(server, [{ role: role as 'releaseManager', product: PRODUCT }]),
    ),
  )
  assert.ok(author && ben && cem)
  const roles = ['releaseManager', 'securityOfficer']
  assert.equal((await server.of('POST', '/approval', { count: 1, roles })).status, 200)
  const created = await author.call('POST', `/products/${PRODUCT}/rollouts`, {
    ...{ release: '1.4.3', cohort: 'everyone', share: 0.25 },
  })
  const { id } = created.body
  const path = `/products/${PRODUCT}/rollouts/${id}`
  const any = { 'if-match': '*' }
  const approve = async (who: typeof author) => {
    const { status, body } = await who.call('POST', `${path}/approve`, undefined, any)
    return [status, body.code ?? body.state]
  }
  assert.deepEqual(await approve(ben), [200, 'running'])
  const before = await offered(server, id)
  assert.ok(before.length < devices.length)

  const widened = await author.call('PATCH', path, { share: 1 }, any)
  assert.deepEqual([widened.body.state, widened.body.approval.given], ['waitingForApproval', []])
  for (const move of ['start', 'resume', 'open-next-group', 'retry']) {
    assert.equal((await author.call('POST', `${path}/${move}`)).body.code, 'ROLLOUT_STATE_WRONG')
  }
  assert.deepEqual(await offered(server, id), before)
  assert.deepEqual(await approve(author), [403, 'APPROVAL_BY_AUTHOR'])
  const { body: asked } = await server.call('GET', '/audit?action=rollout.widened')
  assert.equal(asked.length, 1)
  // It had begun, so somebody says that it goes on.
  assert.deepEqual(await approve(cem), [200, 'paused'])
  assert.equal((await author.call('POST', `${path}/resume`)).body.state, 'running')
  assert.equal((await offered(server, id)).length, devices.length)
})

test('a rollout whose server ends in the middle goes on with the next, and nobody is counted twice', async (t) => {
  const { server, fleet } = await begun(t, 40)
  const { id } = await start(server, {
    plan: {
      groups: [group('all', { rest: true })],
      pace: { kind: 'fixed', devicesPerMinute: 10 },
    },
  })
  const first = await offered(server, id)
  for (const device of first) await fleet.commits(device, '1.4.3')
  await server.stop()
  await server.start()
  await fleet.pass(MINUTE + 1)
  const { groups } = await look(server, id)
  const { succeeded, offered: waiting, notOffered } = groups[0].columns
  assert.deepEqual([succeeded, waiting, notOffered], [10, 10, 20])
})

test('widening lets in whoever is behind the share, and nobody twice', async (t) => {
  const { server, devices } = await begun(t, 40)
  const { id } = await start(server, { share: 0.25 })
  const { salt } = (await storesOf(server).rollouts.find(PRODUCT, id))?.share ?? { salt: '' }
  const within = devices.filter((device) => sharePosition(salt, device) < 2500)
  assert.deepEqual((await offered(server, id)).sort(), within.sort())
  await server.of('PATCH', `/rollouts/${id}`, { share: 1 })
  assert.equal((await offered(server, id)).length, 40)
})
