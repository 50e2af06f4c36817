/** A person lets one reason of the gate through, until a day. CRA P-036 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { aRelease, importFresh, importKevBefore, publishing } from '../support/gated.ts'
import { type Caller, service, signedIn, signIn, withToken } from '../support/people.ts'
import { type Answer, TestServer } from '../support/test-server.ts'

const DAY = 86_400
const PATH = `/products/${PRODUCT}/gate-waivers`

const codes = ({ body }: Answer) => body.reasons?.map(({ code }: { code: string }) => code)
const secondsAt = (server: TestServer) => server.clock.at.getTime() / 1000

async function gated(t: Parameters<typeof TestServer.start>[0]) {
  const server = await TestServer.start(t)
  const { desk } = await server.product({ riskAssessment: false })
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const waive = (by: Caller, wanted: object) =>
    by.call('POST', PATH, {
      ...{ version: '1.4.2', reason: 'tried by hand', until: secondsAt(server) + 30 * DAY },
      ...wanted,
    })
  const publish = () => publishing(server, desk, 1, aRelease('1.4.2'))
  return { server, officer, waive, publish }
}

test('a waiver lets its own reason through while it is in force, and the result names it', async (t) => {
  const { server, officer, waive, publish } = await gated(t)
  await publish()
  const first = await waive(officer, { code: 'FEED_MISSING', about: 'vulnerabilities' })
  assert.equal(first.status, 201)
  assert.deepEqual(codes(await publish()), ['FEED_MISSING'], 'of two one is waived')
  const soon = { code: 'FEED_MISSING', about: 'exploited', until: secondsAt(server) + DAY }
  await waive(officer, { ...soon, reason: 'for a day' })
  server.clock.at = new Date(server.clock.at.getTime() + DAY * 1000)
  const later = await publish()
  assert.deepEqual([later.status, codes(later)], [409, ['FEED_MISSING']], 'its time is over')
  const back = await signIn(server, officer.account)
  const again = await waive(back, { ...soon, until: secondsAt(server) + DAY })
  const { id } = again.body
  assert.equal((await back.call('POST', `${PATH}/${id}/end`)).body.isInForce, false)
  assert.deepEqual(codes(await publish()), ['FEED_MISSING'], 'it was ended')
  await waive(back, { ...soon, until: secondsAt(server) + 2 * DAY })
  assert.equal((await publish()).status, 200)
  const [kept] = (await server.of('GET', '/releases/1.4.2/gate')).body
  assert.deepEqual(
    kept.waived.map(({ code, by }: { code: string; by: string }) => [code, by]),
    [
      ['FEED_MISSING', officer.account.name],
      ['FEED_MISSING', officer.account.name],
    ],
  )
  const listed = (await server.of('GET', '/gate-waivers?version=1.4.2')).body
  assert.deepEqual(
    listed.map(({ isInForce }: { isInForce: boolean }) => isInForce),
    [true, false, false, true],
  )
  assert.equal((await server.of('GET', '/gate-waivers?version=1.4.3')).body.length, 0)
})

test('what is exploited, and what the gate does not say, is waived by nobody', async (t) => {
  const { server, officer, waive, publish } = await gated(t)
  await importFresh(server, 'osv')
  await importKevBefore(server)
  const { finding } = (await publish()).body.reasons[0]
  assert.equal((await waive(officer, { code: 'UNANSWERED', finding })).status, 201)
  await importFresh(server, 'kev')
  assert.deepEqual(codes(await publish()), ['EXPLOITED'], 'the waiver was for another reason')
  for (const [wanted, expected] of [
    [{ code: 'EXPLOITED', finding }, 'NEVER_WAIVED'],
    [{ code: 'NOT_MATCHED' }, 'NEVER_WAIVED'],
    [{ code: 'MATCHED_WITH_OLDER_FEEDS' }, 'NEVER_WAIVED'],
    [{ code: 'UNANSWERED', finding }, 'NO_SUCH_GATE_REASON'],
    [{ code: 'FEED_NOT_FRESH', about: 'osv' }, 'NO_SUCH_GATE_REASON'],
    [{ code: 'FEED_MISSING', version: '9.9.9' }, 'NO_SUCH_GATE_REASON'],
    [{ code: 'FEED_MISSING', until: secondsAt(server) + 91 * DAY }, 'WAIVER_INVALID'],
    [{ code: 'FEED_MISSING', until: secondsAt(server) }, 'WAIVER_INVALID'],
  ] as const) {
    assert.equal((await waive(officer, wanted)).body.code, expected, JSON.stringify(wanted))
  }
})

test('no machine waives, nor makes a gate advisory, whatever its role', async (t) => {
  const { server, officer, waive, publish } = await gated(t)
  await publish()
  const owner = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const robot = await withToken(
    server,
    await service(server, owner.account, [{ role: 'administrator', product: '*' }]),
  )
  const wanted = { code: 'FEED_MISSING', about: 'exploited' }
  assert.equal((await waive(robot, wanted)).body.code, 'NOT_PERMITTED')
  const machine = await server.of('POST', '/gate-waivers', { version: '1.4.2', ...wanted })
  assert.equal(machine.body.code, 'NOT_PERMITTED')
  const manager = await signedIn(server, [{ role: 'releaseManager', product: PRODUCT }])
  assert.equal((await waive(manager, wanted)).body.code, 'NOT_PERMITTED')
  const advisory = { mode: 'advisory', reason: 'hurry' }
  const path = `/products/${PRODUCT}/gate-policy`
  for (const by of [robot, manager]) {
    const refused = await by.call('POST', path, advisory, { 'if-match': '*' })
    assert.equal(refused.body.code, 'NOT_PERMITTED')
  }
  const silent = await officer.call('POST', path, { mode: 'advisory' }, { 'if-match': '*' })
  assert.equal(silent.body.code, 'REQUEST_INVALID')
  const said = await officer.call('POST', path, advisory, { 'if-match': '*' })
  assert.deepEqual([said.status, said.body.mode, said.body.reason], [200, 'advisory', 'hurry'])
  assert.equal((await publish()).status, 200)
})
