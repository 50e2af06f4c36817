/** Who is offered new functions, and that nobody is kept from a fix: read as devices read it. CRA P-130 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  cohortAudience,
  deviceAudience,
  importKeySet,
  takesPart,
  verifyManifest,
} from '@fleetward/shared'
import { PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const DAY = 86_400
const KINDS = { '1.4.3': 'security', '1.5.0': 'functionality', '1.6.0': 'combined' } as const

async function inTheField(t: TestContext, ...devices: readonly string[]) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const release = (version: keyof typeof KINDS, kind: 'security' | 'functionality') => ({
    ...{ version, kind, artifact: new TextEncoder().encode(version) },
    ...(KINDS[version] === 'combined' ? { combinedReason: 'The parts hang together' } : {}),
  })
  const fixes = [release('1.4.3', 'security'), release('1.6.0', 'security')]
  for (const releases of [fixes, [release('1.5.0', 'functionality')]]) {
    const { status, body } = await server.publish(desk, 1, releases)
    assert.equal(status, 200, JSON.stringify(body))
  }
  const fleet = new ReportingFleet(server)
  await fleet.add(devices)
  return { server, fleet }
}

const behind = (server: TestServer, version: string, entitlement: string | null = 'plus') =>
  server.of('POST', `/releases/${version}/entitlement`, { entitlement })
const give = (server: TestServer, devices: readonly string[], until: number | null = null) =>
  server.of('POST', '/entitlements/plus', { devices, until })
const start = async (server: TestServer, release: string, more: object = {}) => {
  const { status, body } = await server.of('POST', '/rollouts', {
    ...{ release, cohort: 'everyone', ...more },
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.id as string
}
const why = async (server: TestServer, id: string, device: string) =>
  (await server.of('GET', `/rollouts/${id}/devices/${device}/explain`)).body
const columnsOf = async (server: TestServer, id: string) => {
  const { groups } = (await server.of('GET', `/rollouts/${id}`)).body
  const [{ columns }] = groups
  return Object.fromEntries(Object.entries(columns).filter(([, count]) => count !== 0))
}

/** Versions that a device is offered: by its own manifest where it has one, else by its cohort's and its position. */
async function offeredTo(server: TestServer, device: string): Promise<readonly string[]> {
  await server.edgeSettled()
  const { trust } = (await server.of('GET', '')).body
  const keys = await importKeySet(new TextEncoder().encode(trust['director.jwks']))
  const read = async (topic: string, audience: string) => {
    const last = server.published.findLast((published) => published.topic === topic)
    if (last === undefined || last.token === '') return undefined
    const now = server.clock.at.getTime() / 1000
    return verifyManifest(last.token, { keys, product: PRODUCT, audience, now })
  }
  const base = `ota/1/${PRODUCT}`
  const found =
    (await read(`${base}/devices/${device}/manifest`, deviceAudience(PRODUCT, device))) ??
    (await read(`${base}/cohorts/everyone/manifest`, cohortAudience(PRODUCT, 'everyone')))
  return (found?.offers ?? []).flatMap((offer) =>
    offer.withdrawn || !takesPart(offer.share, device) ? [] : [offer.release.version],
  )
}

test('new functions behind an entitlement are offered to who has it, and the others are told why not', async (t) => {
  const { server, fleet } = await inTheField(t, 'D-1', 'D-2', 'D-3')
  assert.equal((await behind(server, '1.5.0')).status, 200)
  assert.deepEqual((await give(server, ['D-2'])).body, { changed: 1 })
  const id = await start(server, '1.5.0')
  await fleet.pass(1)
  assert.deepEqual(await offeredTo(server, 'D-1'), [])
  assert.deepEqual(await offeredTo(server, 'D-2'), ['1.5.0'])
  assert.deepEqual(await columnsOf(server, id), { offered: 1, blocked: 2 })
  const { rule, facts, sentence } = await why(server, id, 'D-1')
  assert.deepEqual([rule, facts], ['blocked', { by: 'notEntitled', entitlement: 'plus' }])
  assert.match(sentence, /entitlement plus/)
  const preview = (await server.of('GET', `/rollouts/${id}/preview`)).body
  assert.equal(preview.groups[0].prospects.blocked, 2)
  // Nobody is silent who was never offered it.
  await fleet.pass(2 * DAY)
  assert.equal((await columnsOf(server, id)).blocked, 2)
})

test('an entitlement that comes later opens the offer then, and one that ends closes it', async (t) => {
  const { server, fleet } = await inTheField(t, 'D-1')
  await behind(server, '1.5.0')
  const id = await start(server, '1.5.0')
  await fleet.pass(2 * DAY)
  await server.tick()
  assert.deepEqual(await offeredTo(server, 'D-1'), [])
  const until = fleet.now + DAY
  await give(server, ['D-1'], until)
  assert.deepEqual(await offeredTo(server, 'D-1'), ['1.5.0'])
  // Its time begins now, not when the others had their turn.
  assert.deepEqual(await columnsOf(server, id), { offered: 1 })
  const held = (await server.of('GET', '/devices/D-1/entitlements')).body
  assert.deepEqual(held, [{ name: 'plus', until }])
  await fleet.pass(DAY)
  assert.deepEqual(await columnsOf(server, id), { blocked: 1 })
  await server.tick()
  assert.deepEqual(await offeredTo(server, 'D-1'), [])
  assert.equal((await why(server, id, 'D-1')).facts.by, 'notEntitled')

  await give(server, ['D-1'])
  assert.deepEqual(await offeredTo(server, 'D-1'), ['1.5.0'])
  await fleet.commits('D-1', '1.5.0')
  assert.deepEqual((await give(server, ['D-1'], 0)).body, { changed: 1 })
  assert.deepEqual(await columnsOf(server, id), { succeeded: 1 }, 'what it has it keeps')
})

test('a device that joins is offered it by the same rule', async (t) => {
  const { server, fleet } = await inTheField(t, 'D-1')
  await behind(server, '1.5.0')
  await give(server, ['D-1'])
  const id = await start(server, '1.5.0')
  await fleet.pass(1)
  await fleet.commits('D-1', '1.5.0')
  await fleet.join('D-2')
  await fleet.join('D-3')
  await give(server, ['D-3'])
  await fleet.pass(60)
  assert.deepEqual(await offeredTo(server, 'D-2'), [])
  assert.deepEqual(await offeredTo(server, 'D-3'), ['1.5.0'])
  assert.deepEqual(await columnsOf(server, id), { succeeded: 1, blocked: 1, offered: 1 })
})

for (const version of ['1.4.3', '1.6.0'] as const) {
  test(`a ${KINDS[version]} release is never behind one: it is refused, and where it is written all the same, ignored`, async (t) => {
    const { server, fleet } = await inTheField(t, 'D-1')
    const refused = await behind(server, version)
    assert.deepEqual([refused.status, refused.body.code], [422, 'SECURITY_FOR_EVERYBODY'])
    assert.equal((await storesOf(server).releases.find(PRODUCT, version))?.entitlement, undefined)
    await storesOf(server).releases.setEntitlement(PRODUCT, version, 'plus')
    const id = await start(server, version)
    await fleet.pass(1)
    assert.deepEqual(await offeredTo(server, 'D-1'), [version])
    assert.deepEqual(await columnsOf(server, id), { offered: 1 })
    await fleet.join('D-2')
    await fleet.pass(60)
    assert.deepEqual(await offeredTo(server, 'D-2'), [version])
  })
}

test('a device without it still gets the fix, also one that has a manifest of its own', async (t) => {
  const { server, fleet } = await inTheField(t, 'D-1', 'D-2')
  await behind(server, '1.5.0')
  await give(server, ['D-1', 'D-2'])
  await start(server, '1.5.0')
  await fleet.pass(1)
  await give(server, ['D-2'], 0)
  assert.deepEqual(await offeredTo(server, 'D-1'), ['1.5.0'])
  assert.deepEqual(await offeredTo(server, 'D-2'), [])
  await start(server, '1.4.3')
  await fleet.pass(1)
  for (const device of ['D-1', 'D-2']) assert.deepEqual(await offeredTo(server, device), ['1.4.3'])
})

test('what was offered is not shut behind devices: a release takes its rule before its first rollout', async (t) => {
  const { server } = await inTheField(t, 'D-1')
  const id = await start(server, '1.5.0')
  const late = await behind(server, '1.5.0')
  assert.deepEqual([late.status, late.body.code], [409, 'RELEASE_IN_ROLLOUT'])
  await server.of('POST', `/rollouts/${id}/withdraw`)
  assert.equal((await behind(server, '1.5.0')).status, 200)
  const shown = (await server.of('GET', '/releases')).body
  const one = shown.find(({ version }: { version: string }) => version === '1.5.0')
  assert.equal(one.entitlement, 'plus')
  assert.equal((await behind(server, '1.5.0', null)).body.entitlement, null)
  const entries = (await server.call('GET', '/audit?action=release.entitlementSet')).body
  assert.equal(entries.length, 2)
})

/** A fix from 1.5.0 on, which is paid for, or over 1.6.0, which is not; both are offered. Of the devices D-3 has paid. */
async function twoWays(t: TestContext, cohort = 'everyone') {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const release = (version: string, more: object = {}) => ({
    ...{ version, kind: 'functionality' as const, artifact: new TextEncoder().encode(version) },
    ...more,
  })
  const functions = [release('1.5.0'), release('1.6.0')]
  assert.equal((await server.publish(desk, 1, functions)).status, 200)
  const fix = release('2.0.0', { kind: 'security', minimumVersion: '1.5.0' })
  assert.equal((await server.publish(desk, 1, [fix])).status, 200)
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1', 'D-2', 'D-3'])
  await fleet.commits('D-1', '1.4.1')
  await give(server, ['D-3'])
  await fleet.add(['E-1'], 'elsewhere')
  const around = await start(server, '1.6.0', { cohort })
  await fleet.pass(1)
  assert.equal((await behind(server, '1.5.0')).status, 200, '1.6.0 is a way for everybody')
  const groups = [
    { name: 'old', members: { filter: 'version < 1.4.2' } },
    { name: 'rest', members: { rest: true } },
  ].map((group) => ({
    ...group,
    success: { share: 0.9, soakSeconds: 60 },
    error: { share: 1, minimum: 9 },
  }))
  const paid = await start(server, '1.5.0', { plan: { groups } })
  await fleet.pass(1)
  return { server, fleet, around, paid }
}

test('a withdrawal puts no fix behind payment: what is left as the only way is for everybody from then on', async (t) => {
  const { server, fleet, around, paid } = await twoWays(t)
  for (let minutes = 0; minutes < 6; minutes += 1) await fleet.pass(60)
  await fleet.pass(2 * DAY)
  await server.tick()
  const { body: before } = await server.of('GET', `/rollouts/${paid}`)
  assert.deepEqual(
    before.groups.map(({ columns }: { columns: { blocked: number } }) => columns.blocked),
    [1, 1],
    'passed over',
  )
  for (const device of ['D-1', 'D-2']) {
    assert.ok(!(await offeredTo(server, device)).includes('1.5.0'), device)
  }

  const withdrawing = () => server.of('POST', '/releases/1.6.0/withdraw')
  const freed = [{ version: '1.5.0', entitlement: 'plus' }]
  assert.deepEqual((await withdrawing()).body.freed, freed)
  assert.deepEqual((await withdrawing()).body.freed, [], 'once')
  assert.equal((await server.of('GET', `/rollouts/${around}`)).body.state, 'withdrawn')
  const found = await storesOf(server).releases.find(PRODUCT, '1.5.0')
  assert.equal(found?.entitlement, undefined)
  await fleet.pass(1)
  for (const device of ['D-1', 'D-2', 'D-3']) {
    assert.deepEqual(await offeredTo(server, device), ['1.5.0'], device)
  }
  for (const { columns } of (await server.of('GET', `/rollouts/${paid}`)).body.groups) {
    assert.equal(columns.blocked + columns.silent, 0, 'their time begins now')
  }
  const [entry] = (await server.call('GET', '/audit?action=release.entitlementSet')).body
  assert.deepEqual(entry.before, { entitlement: 'plus' })
  assert.deepEqual(entry.after, { entitlement: null, withdrawn: '1.6.0' })
  const { events } = storesOf(server)
  await events.order()
  const told = (await events.after(0, 500)).filter(({ type }) => type === 'release.withdrawn')
  const data = { version: '1.6.0', kind: 'functionality', freed: ['1.5.0'] }
  assert.deepEqual(
    told.map((event) => event.data),
    [data],
  )
  assert.equal((await behind(server, '1.5.0')).body.code, 'RELEASE_IN_ROLLOUT')
})

test('whom a filter chose alone hears of it by name, and nobody before his turn', async (t) => {
  const { server } = await twoWays(t, 'elsewhere')
  await server.of('POST', '/releases/1.6.0/withdraw')
  assert.deepEqual(await offeredTo(server, 'D-1'), ['1.5.0'])
  assert.deepEqual(await offeredTo(server, 'D-2'), [])
})

test('it is given to devices that there are, listed in pages, noted device by device, and gone with the device', async (t) => {
  const { server } = await inTheField(t, 'D-1', 'D-2', 'D-3')
  assert.deepEqual((await give(server, ['D-1', 'D-9'])).body.code, 'NO_SUCH_DEVICE')
  assert.equal((await give(server, ['D-1', 'D-1'])).body.code, 'REQUEST_INVALID')
  assert.deepEqual((await give(server, ['D-1', 'D-2', 'D-3'])).body, { changed: 3 })
  assert.deepEqual((await give(server, ['D-2', 'D-3'])).body, { changed: 0 })
  const page = async (query: string) =>
    (await server.of('GET', `/entitlements/plus?${query}`)).body.map(
      ({ device }: { device: string }) => device,
    )
  assert.deepEqual(await page('limit=2'), ['D-1', 'D-2'])
  assert.deepEqual(await page('after=D-2'), ['D-3'])
  assert.equal((await server.of('GET', '/entitlements/other')).body.code, 'NO_SUCH_ENTITLEMENT')
  const entries = (await server.call('GET', '/audit?action=device.entitlement-set')).body
  assert.equal(entries.length, 3)
  await storesOf(server).fleet.decommission(PRODUCT, 'D-3', 1)
  assert.deepEqual(await page(''), ['D-1', 'D-2'])
})
