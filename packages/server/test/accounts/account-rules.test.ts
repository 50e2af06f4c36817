/** Who may change whose rights, over the API of a running server. CRA P-048, P-060, P-061, P-063 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Role } from '../../src/accounts/permission.ts'
import { endings } from '../support/edge-under-test.ts'
import { type Caller, service, signedIn, storesOf, withToken } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const RED = 'lumen-red'
const BLUE = 'lumen-blue'

const ended = endings()
let server: TestServer
let chief: Caller
let redAdmin: Caller

before(async () => {
  server = await TestServer.start(ended)
  for (const id of [RED, BLUE]) await server.call('POST', '/products', { id })
  chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  redAdmin = await signedIn(server, [{ role: 'administrator', product: RED }])
})

after(() => ended.endAll())

const grantTo = (who: Caller, whom: Caller, role: Role, product: string) =>
  who.call('POST', `/accounts/${whom.account.id}/grants`, { role, product })
const said = ({ status, body }: { status: number; body: { code?: string } }) => [status, body?.code]

test('an administrator of one product gives nothing in another, nor everywhere (CVE-2026-28806)', async () => {
  const colleague = await signedIn(server, [{ role: 'viewer', product: RED }])
  assert.equal((await grantTo(redAdmin, colleague, 'operator', RED)).status, 200)
  for (const product of [BLUE, '*', 'no-such-product']) {
    const answer = await grantTo(redAdmin, colleague, 'viewer', product)
    assert.deepEqual(said(answer), [403, 'BEYOND_OWN_RIGHTS'], product)
  }
  const { body } = await chief.call('GET', `/accounts/${colleague.account.id}`)
  assert.deepEqual(
    body.grants.map(({ id }: { id: string }) => id),
    [`operator@${RED}`, `viewer@${RED}`],
  )
})

test('what one product permits never merges into more: two roles do not make an administrator (CVE-2026-33552)', async () => {
  const both = await signedIn(server, [
    { role: 'administrator', product: RED },
    { role: 'viewer', product: BLUE },
  ])
  assert.equal((await both.call('GET', `/products/${BLUE}/rollouts`)).status, 200)
  const blue = await both.call('POST', `/products/${BLUE}/rollouts`, {})
  assert.deepEqual(said(blue), [403, 'NOT_PERMITTED'])
  assert.deepEqual(said(await both.call('POST', '/products', { id: 'lumen-green' })), [
    ...[403, 'NOT_PERMITTED'],
  ])
  const colleague = await signedIn(server, [{ role: 'viewer', product: BLUE }])
  // Blue's people are visible to nobody who may not read accounts there.
  assert.deepEqual(said(await grantTo(both, colleague, 'viewer', BLUE)), [
    ...[404, 'NO_SUCH_ACCOUNT'],
  ])
})

test('nobody gives himself a role, by session, by token, or through a service of his', async () => {
  const boss = await signedIn(server, [{ role: 'administrator', product: RED }])
  assert.deepEqual(said(await grantTo(boss, boss, 'viewer', RED)), [403, 'GRANT_TO_SELF'])
  const token = await withToken(server, boss.account)
  assert.deepEqual(said(await grantTo(token, boss, 'viewer', RED)), [403, 'GRANT_TO_SELF'])
  const robot = await service(server, boss.account, [{ role: 'administrator', product: RED }])
  const robotToken = await withToken(server, robot)
  assert.deepEqual(said(await grantTo(robotToken, boss, 'viewer', RED)), [403, 'GRANT_TO_SELF'])
  assert.deepEqual(
    said(await grantTo(robotToken, { ...boss, account: robot } as Caller, 'viewer', RED)),
    [...[403, 'GRANT_TO_SELF']],
  )
})

test('a token gives no more than its scopes, whatever its person may', async () => {
  const colleague = await signedIn(server, [{ role: 'viewer', product: RED }])
  const token = await withToken(server, chief.account, {
    scopes: ['account.manage', 'account.read'],
  })
  const answer = await grantTo(token, colleague, 'operator', RED)
  assert.deepEqual(said(answer), [403, 'BEYOND_OWN_RIGHTS'])
})

test('a service’s token makes tokens for that service alone: neither for its owner nor for another service of his', async () => {
  const boss = await signedIn(server, [
    { role: 'auditor', product: RED },
    { role: 'auditor', product: BLUE },
  ])
  const red = await service(server, boss.account, [{ role: 'auditor', product: RED }])
  const blue = await service(server, boss.account, [{ role: 'auditor', product: BLUE }])
  const token = await withToken(server, red)
  const wanted = { name: 'wider', scopes: ['device.read'], validSeconds: 60 }
  const made = (account: { id: string }) =>
    token.call('POST', `/accounts/${account.id}/tokens`, { ...wanted, product: '*' })
  for (const other of [blue, boss.account]) {
    assert.deepEqual(said(await made(other)), [403, 'NOT_ANSWERABLE'])
  }
  assert.equal((await made(red)).status, 201)
})

test('whoever reads accounts in one product hears of no token for another', async () => {
  const both = await signedIn(server, [
    { role: 'viewer', product: RED },
    { role: 'viewer', product: BLUE },
  ])
  for (const product of [RED, BLUE, '*']) await withToken(server, both.account, { product })
  const shown = async (who: Caller, path: string) =>
    (await who.call('GET', path)).body.map(({ product }: { product: string }) => product).sort()
  const path = `/accounts/${both.account.id}/tokens`
  assert.deepEqual(await shown(redAdmin, path), ['*', RED])
  assert.deepEqual(await shown(chief, path), ['*', BLUE, RED])
  assert.deepEqual(await shown(both, '/me/tokens'), ['*', BLUE, RED])
})

test('the machine gives no role that approves, since no person answers for it', async () => {
  const colleague = await signedIn(server, [{ role: 'viewer', product: RED }])
  const give = (role: Role) =>
    server.call('POST', `/accounts/${colleague.account.id}/grants`, { role, product: RED })
  for (const role of ['releaseManager', 'securityOfficer', 'administrator'] as const) {
    assert.deepEqual(said(await give(role)), [403, 'BEYOND_OWN_RIGHTS'], role)
  }
  assert.equal((await give('operator')).status, 200)
})

test('nobody takes over who may more than he: no way in, no enabling, no other login', async () => {
  const wider = await signedIn(server, [
    { role: 'viewer', product: RED },
    { role: 'viewer', product: BLUE },
  ])
  const path = `/accounts/${wider.account.id}`
  const any = { 'if-match': '*' }
  const refused = [
    await redAdmin.call('POST', `${path}/way-in`),
    await redAdmin.call('PATCH', path, { login: 'taken-over' }, any),
    await redAdmin.call('PATCH', path, { disabled: true }, any),
    await redAdmin.call('DELETE', path, undefined, any),
    await redAdmin.call('DELETE', `${path}/sessions`),
    await redAdmin.call('DELETE', `${path}/grants/viewer@${BLUE}`),
  ]
  for (const answer of refused) assert.deepEqual(said(answer), [403, 'BEYOND_OWN_RIGHTS'])
  // Where else the account has business is not told, unless it was named.
  assert.equal(JSON.stringify(refused.slice(0, 5).map(({ body }) => body)).includes(BLUE), false)
  const { body } = await redAdmin.call('GET', path)
  assert.deepEqual(
    body.grants.map(({ product }: { product: string }) => product),
    [RED],
  )
  assert.equal((await wider.call('GET', '/me')).status, 200)
})

test('an account without business in one’s products does not exist', async () => {
  const stranger = await signedIn(server, [{ role: 'viewer', product: BLUE }])
  const path = `/accounts/${stranger.account.id}`
  for (const answer of [
    await redAdmin.call('GET', path),
    await redAdmin.call('PATCH', path, { name: 'x' }, { 'if-match': '*' }),
    await redAdmin.call('POST', `${path}/grants`, { role: 'viewer', product: RED }),
    await redAdmin.call('GET', `${path}/tokens`),
    await redAdmin.call('GET', `${path}/sessions`),
    await redAdmin.call('GET', '/accounts/acc-0000000000000000'),
  ]) {
    assert.deepEqual(said(answer), [404, 'NO_SUCH_ACCOUNT'])
  }
  const listed = await redAdmin.call('GET', '/accounts?limit=500')
  const ids = listed.body.map(({ id }: { id: string }) => id)
  assert.equal(ids.includes(stranger.account.id), false)
  assert.equal(ids.includes(redAdmin.account.id), true)
})

test('a changed right counts at the next request, whoever holds the session or the token', async () => {
  const person = await signedIn(server, [{ role: 'operator', product: RED }])
  const token = await withToken(server, person.account)
  const robot = await service(server, person.account, [{ role: 'operator', product: RED }])
  const robotToken = await withToken(server, robot)
  const all = [person, token, robotToken]
  const devices = () => Promise.all(all.map((it) => it.call('GET', `/products/${RED}/rollouts`)))
  assert.deepEqual(
    (await devices()).map(({ status }) => status),
    [200, 200, 200],
  )
  const path = `/accounts/${person.account.id}/grants/operator@${RED}`
  assert.equal((await chief.call('DELETE', path)).status, 200)
  assert.deepEqual((await devices()).map(said), Array(3).fill([404, 'NO_SUCH_PRODUCT']))
})

test('a token that was revoked opens nothing from the next request on, also when another server revoked it', async () => {
  const person = await signedIn(server, [{ role: 'operator', product: RED }])
  const token = await withToken(server, person.account)
  const ask = async () => said(await token.call('GET', `/products/${RED}/rollouts`))
  assert.deepEqual(await ask(), [200, undefined])
  // As another server does it: in the database that they share, and without a word to this one.
  const { apiTokens, accounts } = storesOf(server)
  assert.ok(await accounts.withdrawGrant(person.account.id, 'operator', RED))
  assert.deepEqual(await ask(), [404, 'NO_SUCH_PRODUCT'])
  const [only] = await apiTokens.list({ account: person.account.id, limit: 10 })
  assert.ok(only && (await apiTokens.remove(only.id)))
  assert.deepEqual(await ask(), [401, 'ACCESS_DENIED'])
})

test('a disabled person is out at once, with every session, token and service', async () => {
  const person = await signedIn(server, [{ role: 'operator', product: RED }])
  const token = await withToken(server, person.account)
  const robot = await service(server, person.account, [{ role: 'operator', product: RED }])
  const robotToken = await withToken(server, robot)
  const path = `/accounts/${person.account.id}`
  const { headers } = await chief.call('GET', path)
  const etag = headers.get('etag') ?? ''
  const answer = await chief.call('PATCH', path, { disabled: true }, { 'if-match': etag })
  assert.equal(answer.status, 200)
  assert.equal((await person.call('GET', '/me')).status, 401)
  assert.equal((await token.call('GET', '/me')).status, 401)
  assert.deepEqual((await robotToken.call('GET', '/me')).body.rights, {})
  const again = await chief.call('PATCH', path, { disabled: false }, { 'if-match': '*' })
  assert.equal(again.status, 200)
  assert.equal((await token.call('GET', '/me')).status, 200)
  assert.equal((await person.call('GET', '/me')).status, 401)
})

test('the last administrator of everything can be neither disabled nor removed nor lose the role', async () => {
  const own = `/accounts/${chief.account.id}`
  const any = { 'if-match': '*' }
  const lost = await chief.call('DELETE', `${own}/grants/administrator@*`)
  assert.deepEqual(said(lost), [409, 'LAST_ADMINISTRATOR'])
  const disabled = await chief.call('PATCH', own, { disabled: true }, any)
  assert.deepEqual(said(disabled), [409, 'OWN_ACCOUNT'])
  assert.deepEqual(said(await chief.call('DELETE', own, undefined, any)), [409, 'OWN_ACCOUNT'])
  // The machine is no reason to let the last person go.
  assert.deepEqual(said(await server.call('PATCH', own, { disabled: true }, any)), [
    ...[409, 'LAST_ADMINISTRATOR'],
  ])
  assert.deepEqual(said(await server.call('DELETE', own, undefined, any)), [
    ...[409, 'LAST_ADMINISTRATOR'],
  ])
  const second = await signedIn(server, [{ role: 'administrator', product: '*' }])
  assert.equal((await second.call('DELETE', `${own}/grants/administrator@*`)).status, 200)
  await grantTo(second, chief, 'administrator', '*')
  await chief.call('DELETE', `/accounts/${second.account.id}/grants/administrator@*`)
})

test('two who take the role from each other at the same moment leave one of them', async () => {
  const second = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const take = (who: Caller, whom: Caller) =>
    who.call('DELETE', `/accounts/${whom.account.id}/grants/administrator@*`)
  const answers = await Promise.all([take(chief, second), take(second, chief)])
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  const left = await storesOf(server).accounts.administrators()
  assert.equal(left.length, 1)
  const [still] = [chief, second].filter(({ account }) => account.id === left[0]?.id)
  if (still === second) {
    await grantTo(second, chief, 'administrator', '*')
    await take(chief, second)
  }
})

test('a person who is added gets a way in that opens once, and it is in no log', async () => {
  const login = 'Anna@Example.com'
  const grants = [{ role: 'operator', product: RED }]
  const made = await redAdmin.call('POST', '/accounts', {
    ...{ kind: 'person', name: 'Anna', login, grants },
  })
  assert.equal(made.status, 201)
  assert.equal(made.body.login, 'anna@example.com')
  assert.match(made.body.wayIn.url, /^http:\/\/localhost:\d+\/welcome#fwi_/)
  const secret = made.body.wayIn.url.split('#')[1] as string
  const { audit } = storesOf(server)
  const lines = (await audit.lines(0, 1_000)).map(({ line }) => line).join('\n')
  assert.equal(lines.includes(secret.slice(22)), false)
  assert.equal(lines.includes('anna@example.com'), false)
  const again = await chief.call('POST', '/accounts', {
    ...{ kind: 'person', name: 'Other', login: 'anna@example.com', grants: [] },
  })
  assert.deepEqual(said(again), [409, 'LOGIN_TAKEN'])
  const nowhere = await redAdmin.call('POST', '/accounts', {
    ...{ kind: 'person', name: 'Bert', login: 'bert', grants: [] },
  })
  assert.deepEqual(said(nowhere), [403, 'BEYOND_OWN_RIGHTS'])
})

test('a person who answers for services is not removed before somebody else does', async () => {
  const owner = await signedIn(server, [{ role: 'operator', product: RED }])
  const robot = await service(server, owner.account, [{ role: 'viewer', product: RED }])
  const token = await withToken(server, robot)
  const any = { 'if-match': '*' }
  const kept = await chief.call('DELETE', `/accounts/${owner.account.id}`, undefined, any)
  assert.deepEqual(said(kept), [409, 'ACCOUNT_OWNS_SERVICES'])
  const path = `/accounts/${robot.id}`
  const moved = await chief.call('PATCH', path, { owner: redAdmin.account.id }, any)
  assert.deepEqual([moved.status, moved.body.owner], [200, redAdmin.account.id])
  // Whoever had a token of it before does nothing in the new owner's name.
  assert.equal((await token.call('GET', '/me')).status, 401)
  const gone = await chief.call('DELETE', `/accounts/${owner.account.id}`, undefined, any)
  assert.equal(gone.status, 204)
  assert.equal((await owner.call('GET', '/me')).status, 401)
})

test('every change of accounts stands in the audit log, with who, and what before and after', async () => {
  const colleague = await signedIn(server, [{ role: 'viewer', product: RED }])
  await grantTo(redAdmin, colleague, 'operator', RED)
  await grantTo(redAdmin, colleague, 'operator', BLUE)
  const lines = await storesOf(server).audit.find({ limit: 3 })
  const entries = lines.map(({ line }) => JSON.parse(line))
  const text = JSON.stringify(entries)
  assert.ok(text.includes('account.granted'), text)
  assert.ok(text.includes(`operator@${RED}`))
  assert.ok(text.includes(redAdmin.account.id))
  assert.ok(text.includes('BEYOND_OWN_RIGHTS'))
})
