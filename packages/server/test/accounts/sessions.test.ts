/** Sessions and API tokens at the door of a running server. CRA P-048 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { USED_EVERY_SECONDS } from '../../src/accounts/api-token.ts'
import { SESSIONS_PER_ACCOUNT_MAX_COUNT } from '../../src/accounts/session.ts'
import { Sessions } from '../../src/accounts/sessions.ts'
import { requireSameOrigin } from '../../src/http/door/same-origin.ts'
import { endedSessionCookie, sessionCookie } from '../../src/http/door/session-cookie.ts'
import { endings } from '../support/edge-under-test.ts'
import {
  Caller,
  type PersonAnswer,
  service,
  signedIn,
  signIn,
  storesOf,
  withToken,
} from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const RED = 'lumen-red'
const BLUE = 'lumen-blue'
const MINUTE_MS = 60_000

const ended = endings()
let server: TestServer
before(async () => {
  server = await TestServer.start(ended)
  for (const id of [RED, BLUE]) await server.call('POST', '/products', { id })
})
after(() => ended.endAll())

const said = ({ status, body }: PersonAnswer) => [status, body?.code]
const operator = () => signedIn(server, [{ role: 'operator', product: RED }])
const later = (ms: number) => {
  server.clock.at = new Date(server.clock.at.getTime() + ms)
}

test('a session ends after an hour without use, and after twelve hours with it', async () => {
  const idle = await operator()
  const busy = await operator()
  later(59 * MINUTE_MS)
  assert.equal((await busy.call('GET', '/me')).status, 200)
  later(MINUTE_MS)
  assert.deepEqual(said(await idle.call('GET', '/me')), [401, 'ACCESS_DENIED'])
  for (let minutes = 60; minutes < 12 * 60; minutes += 30) {
    assert.equal((await busy.call('GET', '/me')).status, 200, `after ${minutes} minutes`)
    later(30 * MINUTE_MS)
  }
  assert.equal((await busy.call('GET', '/me')).status, 401)
})

test('a break-glass session is short, and opening it is an event', async () => {
  const opened = await signedIn(server, [{ role: 'administrator', product: '*' }], {
    breakGlass: true,
  })
  const { events } = storesOf(server)
  await events.order()
  const all = await events.after(0, 100)
  const alarms = all.filter(({ type }) => type === 'security.break-glass-used')
  assert.deepEqual(
    alarms.map(({ data }) => (data as { account: string }).account),
    [opened.account.id],
  )
  later(14 * MINUTE_MS)
  assert.equal((await opened.call('GET', '/me')).status, 200)
  later(15 * MINUTE_MS)
  assert.equal((await opened.call('GET', '/me')).status, 401)
})

test('a session is listed with where it came from, and can be ended by its person alone or an administrator', async () => {
  const person = await operator()
  const second = await signIn(server, person.account)
  const { body } = await person.call('GET', '/me/sessions')
  assert.equal(body.length, 2)
  const other = body.find(({ current }: { current: boolean }) => !current)
  assert.deepEqual(other.factors, ['passkey'])
  assert.equal(other.address, '127.0.0.1')
  assert.equal(JSON.stringify(body).includes('fwc_'), false)
  const stranger = await operator()
  const foreign = await stranger.call('DELETE', `/me/sessions/${other.id}`)
  assert.deepEqual(said(foreign), [404, 'NO_SUCH_SESSION'])
  assert.equal((await second.call('GET', '/me')).status, 200)
  assert.equal((await person.call('DELETE', `/me/sessions/${other.id}`)).status, 204)
  assert.equal((await second.call('GET', '/me')).status, 401)

  const third = await signIn(server, person.account)
  const administrator = await signedIn(server, [{ role: 'administrator', product: RED }])
  const path = `/accounts/${person.account.id}/sessions`
  assert.deepEqual((await administrator.call('DELETE', path)).body, { ended: 2 })
  assert.equal((await third.call('GET', '/me')).status, 401)
})

test('somebody who signs out everywhere else stays himself', async () => {
  const person = await operator()
  for (let more = 0; more < 3; more += 1) await signIn(server, person.account)
  assert.deepEqual((await person.call('DELETE', '/me/sessions')).body, { ended: 3 })
  assert.equal((await person.call('GET', '/me')).status, 200)
})

test('an account has a limited number of sessions: the oldest make room', async () => {
  const person = await operator()
  for (let more = 0; more < SESSIONS_PER_ACCOUNT_MAX_COUNT; more += 1) {
    later(1000)
    await signIn(server, person.account)
  }
  assert.equal((await person.call('GET', '/me')).status, 401)
  const left = await storesOf(server).sessions.ofAccount(person.account.id)
  assert.equal(left.length, SESSIONS_PER_ACCOUNT_MAX_COUNT)
})

test('the cookie is for this host alone and out of reach of scripts', () => {
  assert.equal(
    sessionCookie('x', { isSecure: true }),
    '__Host-fleetward-session=x; Path=/; HttpOnly; SameSite=Strict; Secure',
  )
  assert.equal(
    sessionCookie('x', { isSecure: false }),
    'fleetward-session=x; Path=/; HttpOnly; SameSite=Strict',
  )
  assert.match(endedSessionCookie({ isSecure: true }), /^__Host-fleetward-session=; Max-Age=0; /)
})

test('a secret of a session or a token is in no file of the server', async () => {
  const person = await operator()
  const token = await withToken(server, person.account)
  const secrets = [person.credential.cookie, token.credential.authorization].map(
    (text) => text?.slice(-43) ?? '',
  )
  assert.ok(secrets.every((secret) => secret.length === 43))
  const { edge } = server
  const rows = [
    ...((await edge?.database.selectFrom('sessions').selectAll().execute()) ?? []),
    ...((await edge?.database.selectFrom('api_tokens').selectAll().execute()) ?? []),
  ]
  assert.ok(rows.length >= 2)
  for (const secret of secrets) assert.equal(JSON.stringify(rows).includes(secret), false)
})

const crossSite: [what: string, headers: Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling of the host', { 'sec-fetch-site': 'same-site' }],
  ['an address typed by hand, which sends no changes', { 'sec-fetch-site': 'none' }],
  ['another origin', { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }],
  ['an origin that hides', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ['a browser that tells neither', { 'sec-fetch-site': '' }],
]
test('with a cookie, only this server’s own pages change anything', async (t) => {
  const person = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const path = '/products'
  for (const [what, headers] of crossSite) {
    await t.test(what, async () => {
      const answer = await person.call('POST', path, { id: 'lumen-forged' }, headers)
      assert.deepEqual(said(answer), [403, 'ORIGIN_REFUSED'])
    })
  }
  await t.test('a form, which cannot send the header', async () => {
    const { 'x-fleetward': _header, ...credential } = person.credential
    const form = new Caller(server, person.account, credential)
    assert.deepEqual(said(await form.call('POST', path, { id: 'lumen-forged' })), [
      ...[403, 'ORIGIN_REFUSED'],
    ])
    assert.equal((await form.call('GET', '/me')).status, 200)
  })
  await t.test('its own origin', async () => {
    const origin = server.url('')
    const answer = await person.call('POST', path, { id: 'lumen-own' }, { origin })
    assert.equal(answer.status, 201)
  })
  const { body } = await person.call('GET', path)
  assert.equal(JSON.stringify(body).includes('forged'), false)
})

test('where pages come over TLS, one of the same name without it is another', () => {
  const request = (origin: string) =>
    ({
      method: 'POST',
      headers: { host: 'fleet.example.com', origin, 'x-fleetward': '1' },
    }) as never
  const secure = { isSecure: true }
  assert.throws(() => requireSameOrigin(request('http://fleet.example.com'), secure), {
    code: 'ORIGIN_REFUSED',
  })
  requireSameOrigin(request('https://fleet.example.com'), secure)
})

test('neither a service nor who is disabled ever has a session', async () => {
  const owner = await operator()
  const robot = await service(server, owner.account, [])
  await assert.rejects(signIn(server, robot), /Only a person/)
  await assert.rejects(signIn(server, { ...owner.account, disabledAt: 1 }), /not disabled/)
})

test('two session cookies are none: somebody put one of them there', async () => {
  const person = await operator()
  const [name, value] = (person.credential.cookie ?? '').split('=')
  const cookie = `${name}=${value}; ${name}=fwc_0000000000000000_${'A'.repeat(43)}`
  assert.equal((await person.call('GET', '/me', undefined, { cookie })).status, 401)
})

test('a dangerous act needs a proof of the last five minutes, and one proof opens it', async () => {
  const person = await signedIn(server, [{ role: 'administrator', product: '*' }], {
    provedAgo: 300,
  })
  const wanted = { kind: 'service', name: 'CI', owner: person.account.id }
  const refused = await person.call('POST', '/accounts', wanted)
  assert.deepEqual(said(refused), [403, 'STEP_UP_REQUIRED'])
  const sessions = new Sessions({
    ...{ database: storesOf(server), clock: server.clock, isSecure: false },
  })
  const [session] = await sessions.ofAccount(person.account.id)
  assert.ok(session)
  await sessions.proved({ session, account: person.account })
  assert.equal((await person.call('POST', '/accounts', wanted)).status, 201)
})

test('a person makes a token of his own, sees its secret once, and removes it', async () => {
  const person = await operator()
  const wanted = { name: 'CI', scopes: ['device.read', 'rollout.read'], product: RED }
  const made = await person.call('POST', '/me/tokens', wanted)
  assert.equal(made.status, 201)
  const { secret, ...shown } = made.body
  assert.match(secret, /^fwt_[0-9a-f]{16}_/)
  assert.equal(shown.prefix, secret.slice(0, 20))
  assert.deepEqual((await person.call('GET', '/me/tokens')).body, [shown])
  const token = new Caller(server, person.account, { authorization: `Bearer ${secret}` })
  assert.equal((await token.call('GET', `/products/${RED}/rollouts`)).status, 200)
  assert.deepEqual(said(await token.call('GET', `/products/${RED}/releases`)), [
    ...[403, 'NOT_PERMITTED'],
  ])
  assert.equal((await person.call('DELETE', `/me/tokens/${shown.id}`)).status, 204)
  assert.equal((await token.call('GET', `/products/${RED}/rollouts`)).status, 401)
})

test('a token never may more than its person', async () => {
  const person = await operator()
  const beyond = await person.call('POST', '/me/tokens', {
    ...{ name: 'more', scopes: ['release.publish'], product: RED },
  })
  assert.deepEqual(said(beyond), [403, 'BEYOND_OWN_RIGHTS'])
  const elsewhere = await person.call('POST', '/me/tokens', {
    ...{ name: 'elsewhere', scopes: ['device.read'], product: BLUE },
  })
  assert.deepEqual(said(elsewhere), [403, 'BEYOND_OWN_RIGHTS'])
})

test('a token makes tokens only with that scope, of no more than itself, for no longer, and they go with it', async () => {
  const person = await operator()
  const parent = await withToken(server, person.account, {
    ...{ scopes: ['token.own', 'device.read'], product: RED, validSeconds: 3600 },
  })
  const make = (who: Caller, change: object) =>
    who.call('POST', '/me/tokens', {
      ...{ name: 'child', scopes: ['device.read'], product: RED, validSeconds: 600 },
      ...change,
    })
  const unscoped = await withToken(server, person.account, { scopes: ['device.read'] })
  assert.deepEqual(said(await make(unscoped, {})), [403, 'NOT_PERMITTED'])
  const more = await make(parent, { scopes: ['rollout.read'] })
  assert.deepEqual(said(more), [403, 'BEYOND_OWN_RIGHTS'])
  assert.deepEqual(said(await make(parent, { product: '*' })), [403, 'BEYOND_OWN_RIGHTS'])
  assert.deepEqual(said(await make(parent, { validSeconds: 3601 })), [403, 'TOKEN_OUTLIVED'])
  const made = await make(parent, {})
  assert.equal(made.status, 201)
  const child = new Caller(server, person.account, { authorization: `Bearer ${made.body.secret}` })
  assert.equal((await child.call('GET', '/me')).status, 200)
  assert.equal((await person.call('DELETE', `/me/tokens/${made.body.parent}`)).status, 204)
  assert.equal((await child.call('GET', '/me')).status, 401)
})

const badTokens: [what: string, wanted: object][] = [
  ['no end', { validSeconds: null }],
  ['an end beyond the longest', { validSeconds: 367 * 86_400 }],
  ['no scope', { scopes: [] }],
  ['a scope that is none', { scopes: ['device.*'] }],
  ['no product', { product: undefined }],
  ['an unknown field', { admin: true }],
  ['a name of two lines', { name: 'a\nb' }],
]
test('a token has a name, scopes, a product and an end', async (t) => {
  const person = await operator()
  for (const [what, change] of badTokens) {
    await t.test(`refused: ${what}`, async () => {
      const wanted = { name: 'CI', scopes: ['device.read'], product: RED, ...change }
      assert.deepEqual(said(await person.call('POST', '/me/tokens', wanted)), [
        ...[400, 'REQUEST_INVALID'],
      ])
    })
  }
})

test('an expired token says so to who has it, and a wrong secret learns nothing', async () => {
  const person = await operator()
  const token = await withToken(server, person.account, { validSeconds: 60 })
  later(MINUTE_MS)
  assert.deepEqual(said(await token.call('GET', '/me')), [401, 'TOKEN_EXPIRED'])
  const text = token.credential.authorization ?? ''
  const guess = `${text.slice(0, -43)}${'A'.repeat(43)}`
  const guessing = new Caller(server, person.account, { authorization: guess })
  assert.deepEqual(said(await guessing.call('GET', '/me')), [401, 'ACCESS_DENIED'])
})

test('when a token was last used is known to the minute', async () => {
  const person = await operator()
  const token = await withToken(server, person.account)
  later(2 * USED_EVERY_SECONDS * 1000)
  const usedAt = Math.floor(server.clock.at.getTime() / 1000)
  await token.call('GET', '/me')
  later(30_000)
  await token.call('GET', '/me')
  const [{ lastUsedAt }] = (await person.call('GET', '/me/tokens')).body
  assert.equal(lastUsedAt, usedAt)
})

test('a service does what was granted to it and its owner alike, never approves, and only its owner makes its tokens', async () => {
  const owner = await signedIn(server, [{ role: 'releaseManager', product: RED }])
  const administrator = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const robot = await service(server, owner.account, [{ role: 'administrator', product: RED }])
  const token = await withToken(server, robot)
  const rights = (await token.call('GET', '/me')).body.rights[RED] as string[]
  assert.ok(rights.includes('release.publish'))
  assert.equal(rights.includes('device.erase'), false, 'its owner may not')
  assert.equal(rights.includes('rollout.approve'), false, 'no service approves')
  const wanted = { name: 'CI', scopes: ['release.publish'], product: RED }
  const path = `/accounts/${robot.id}/tokens`
  assert.deepEqual(said(await administrator.call('POST', path, wanted)), [403, 'NOT_ANSWERABLE'])
  assert.equal((await owner.call('POST', path, wanted)).status, 201)
  const listed = await administrator.call('GET', path)
  assert.deepEqual(listed.body.map(({ name }: { name: string }) => name).toSorted(), ['CI', 'test'])
  const [{ id }] = listed.body
  assert.equal((await administrator.call('DELETE', `${path}/${id}`)).status, 204)
})

test('an Authorization header counts before a cookie, and a bad one is not made good by it', async () => {
  const person = await operator()
  const both = await person.call('GET', '/me', undefined, { authorization: 'Bearer fwt_x' })
  assert.equal(both.status, 401)
})
