/** Who may open which page, from where, and what every answer says to the browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PAGE_ROUTES } from '../../src/sign-in/routes/sign-in-router.ts'
import { SigningIn } from '../support/signing-in.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const address = (path: string) => path.replaceAll(/:\w+/g, 'x')

test('every page that is not for anybody sends strangers to the sign-in page, and does nothing for their forms', async (t) => {
  const signing = await SigningIn.start(t)
  for (const { method, path, who } of PAGE_ROUTES.filter((route) => route.who !== 'anybody')) {
    const stranger = signing.visitor()
    const answer =
      method === 'GET' ? await stranger.get(address(path)) : await stranger.post(address(path))
    if (method === 'GET') {
      assert.deepEqual(
        [answer.status, answer.headers.get('location')],
        [303, `/sign-in?next=${encodeURIComponent(address(path))}`],
        path,
      )
    } else {
      assert.deepEqual([answer.status, answer.code], [401, 'ACCESS_DENIED'], `${who} ${path}`)
    }
  }
})

test('what changes ways in asks for a proof that is minutes old', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPasskey()
  signing.pass(300)
  const guarded = PAGE_ROUTES.filter((route) => route.who === 'proved')
  assert.ok(guarded.length >= 8)
  for (const { method, path } of guarded) {
    if (path.startsWith('/account/passkeys') && !path.includes(':')) {
      const answer = await visitor.script(path)
      assert.deepEqual([answer.status, answer.code], [403, 'STEP_UP_REQUIRED'], path)
      continue
    }
    const answer =
      method === 'GET' ? await visitor.get(address(path)) : await visitor.post(address(path))
    assert.equal(answer.status, 303, path)
    assert.match(answer.headers.get('location') ?? '', /^\/step-up\?next=%2F/, path)
  }
})

test('a fresh proof opens them, and only to who gives it', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  signing.pass(300)
  assert.equal((await visitor.get('/account/password')).status, 303)
  const { json } = await visitor.script('/step-up/passkey/options')
  assert.deepEqual(
    json.options.allowCredentials.map(({ id }: { id: string }) => id),
    [passkey.id.toString('base64url')],
  )
  const answer = { attempt: json.attempt, response: passkey.show(json.options), next: '//evil' }
  const proved = await visitor.script('/step-up/passkey', answer)
  assert.deepEqual([proved.status, proved.json], [200, { next: '/console/' }])
  assert.equal((await visitor.get('/account/password')).status, 200)
})

const foreign: [what: string, headers: Record<string, string>][] = [
  ['another site', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://localhost:1' }],
  ['no origin', { origin: '' }],
  ['an opaque origin', { origin: 'null' }],
  ['a frame of another site', { 'sec-fetch-site': 'cross-site' }],
  ['another subdomain', { 'sec-fetch-site': 'same-site' }],
]
test('no form and no script of another page does anything', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  for (const [what, headers] of foreign) {
    const form = await visitor.post('/sign-out', {}, headers)
    assert.deepEqual([form.status, form.code], [403, 'ORIGIN_REFUSED'], what)
    const script = await visitor.script('/account/passkeys/options', {}, headers)
    assert.deepEqual([script.status, script.code], [403, 'ORIGIN_REFUSED'], what)
    // Nor is anybody signed in as somebody else.
    const stranger = signing.visitor()
    const { json } = await stranger.script('/sign-in/passkey/options')
    const answer = { attempt: json.attempt, response: passkey.show(json.options), next: '' }
    const signedIn = await stranger.script('/sign-in/passkey', answer, headers)
    assert.deepEqual([signedIn.status, signedIn.code], [403, 'ORIGIN_REFUSED'], what)
  }
  assert.equal((await visitor.get('/account')).status, 200)
})

test('every page and file says the same to the browser: nothing from elsewhere, in no frame, not to be stored', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPasskey()
  const files = ['sign-in.css', 'passkey.js', 'webauthn.js'].map((name) => `/sign-in/site/${name}`)
  const pages = [
    '/sign-in',
    '/welcome',
    '/account',
    '/account/sessions',
    '/step-up',
    '/welcome/way',
  ]
  for (const path of [...pages, ...files]) {
    const { headers } = await visitor.get(path)
    assert.equal(headers.get('content-security-policy'), POLICY, path)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'same-origin')
    assert.equal(headers.get('x-powered-by'), null)
    const kept = headers.get('cache-control')
    assert.equal(kept, path.includes('/site/') ? 'no-cache' : 'no-store', path)
  }
  const [css] = files
  const etag = (await visitor.get(css ?? '')).headers.get('etag') ?? ''
  assert.equal((await visitor.get(css ?? '', { 'if-none-match': etag })).status, 304)
})

test('cookies are for this server alone, and no script reads them', async (t) => {
  const signing = await SigningIn.start(t)
  const { passkey } = await signing.withPasskey()
  const visitor = signing.visitor()
  const { headers } = await visitor.get('/sign-in')
  const [browser = ''] = headers.getSetCookie()
  assert.match(
    browser,
    /^fleetward-browser=[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/,
  )
  const before = visitor.cookies.get('fleetward-browser')
  await visitor.showPasskey(passkey)
  assert.notEqual(
    visitor.cookies.get('fleetward-browser'),
    before,
    'a planted name is worth nothing',
  )
  assert.ok(visitor.cookies.has('fleetward-session'))
  const out = await visitor.post('/sign-out')
  assert.equal(out.headers.get('location'), '/sign-in')
  assert.equal(visitor.cookies.has('fleetward-session'), false)
})

test('signing out ends the session at the server, not in the browser alone', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPasskey()
  const kept = new Map(visitor.cookies)
  await visitor.post('/sign-out')
  for (const [name, value] of kept) visitor.cookies.set(name, value)
  assert.equal((await visitor.get('/account')).status, 303)
})

test('sessions are listed and ended one by one, or all others, and nobody ends those of somebody else', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  const others = [signing.visitor({ 'user-agent': '<img src=x>' }), signing.visitor()]
  for (const other of others) await other.showPasskey(passkey)
  const { text } = await visitor.get('/account/sessions')
  assert.ok(!text.includes('<img'))
  const ids = [...text.matchAll(/\/account\/sessions\/([0-9a-f]{16})\/end/g)].map(([, id]) => id)
  assert.equal(ids.length, 2)

  const { code } = await signing.invite('grace')
  const grace = await signing.begin(code)
  await grace.makePasskey('/welcome/passkey')
  await grace.post(`/account/sessions/${ids[0]}/end`)
  const open = async () =>
    Promise.all(others.map(async (other) => (await other.get('/account')).status === 200))
  assert.deepEqual(await open(), [true, true])

  await visitor.post(`/account/sessions/${ids[0]}/end`)
  assert.equal((await open()).filter(Boolean).length, 1)
  await visitor.post('/account/sessions/others/end')
  assert.deepEqual(await open(), [false, false])
  assert.equal((await visitor.get('/account')).status, 200)
})

test('bad input gets a status and a code, and no stack', async (t) => {
  const signing = await SigningIn.start(t)
  const visitor = signing.visitor()
  const form = { origin: signing.origin, 'content-type': 'application/x-www-form-urlencoded' }
  const send = async (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${signing.origin}/sign-in`, { method: 'POST', headers, body })
    const text = await response.text()
    assert.doesNotMatch(text, /\bat .*\.ts:/)
    return [response.status, /Code ([A-Z_]+)/.exec(text)?.[1]]
  }
  assert.deepEqual(await send(form, `login=${'x'.repeat(40_000)}`), [413, 'BODY_TOO_LARGE'])
  assert.deepEqual(await send({ ...form, 'content-type': 'text/plain' }, 'login=a'), [
    ...[415, 'BODY_TYPE_UNSUPPORTED'],
  ])
  const zipped = new Uint8Array(gzipSync('login=a'))
  assert.deepEqual(await send({ ...form, 'content-encoding': 'gzip' }, zipped), [
    ...[415, 'BODY_ENCODING_UNSUPPORTED'],
  ])
  assert.deepEqual(await send(form, 'login=a&login=b&password=&code='), [400, 'REQUEST_INVALID'])
  assert.deepEqual(await send(form, 'login=a&password=&code=&admin=1'), [400, 'REQUEST_INVALID'])
  assert.equal((await visitor.script('/sign-in/passkey', { attempt: 7 })).code, 'REQUEST_INVALID')
  const stale = await visitor.script('/sign-in/passkey', { attempt: 'x', response: {} })
  assert.equal(stale.code, 'CHALLENGE_INVALID')
  const wrong = await visitor.post('/sign-in/site/sign-in.css')
  assert.equal(wrong.status, 404)
  const method = await fetch(`${signing.origin}/sign-in`, { method: 'DELETE' })
  assert.deepEqual([method.status, method.headers.get('allow')], [405, 'GET, POST'])
  assert.equal((await visitor.get('/sign-in/site/..%2f..%2fsettings.ts')).status, 404)
})

test('the page is in the language the browser asks for, and English otherwise', async (t) => {
  const signing = await SigningIn.start(t)
  const titles: [asked: string, language: string, title: string][] = [
    ['de-AT,de;q=0.9,en;q=0.5', 'de', 'Anmelden'],
    ['fr', 'fr', 'Se connecter'],
    ['es, en;q=0.1', 'en', 'Sign in'],
    ['', 'en', 'Sign in'],
  ]
  for (const [asked, language, title] of titles) {
    const { text } = await signing.visitor().get('/sign-in', { 'accept-language': asked })
    assert.match(text, new RegExp(`<html lang="${language}">`))
    assert.match(text, new RegExp(`<h1>${title}</h1>`))
  }
})

test('another name of this machine is led to the one where passkeys work', async (t) => {
  const signing = await SigningIn.start(t)
  const response = await fetch(signing.server.url('/sign-in?next=/account'), { redirect: 'manual' })
  assert.deepEqual(
    [response.status, response.headers.get('location')],
    [307, `${signing.origin}/sign-in?next=/account`],
  )
})

// CRA P-062
test('every sign-in, refusal and sign-out stands in the audit log, without what was typed', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPassword()
  const typo = { login: 'my-secret-password', password: 'x', code: '1', next: '' }
  await signing.visitor().post('/sign-in', typo)
  await signing.visitor().post('/sign-in', { ...typo, login: 'ada' })
  await visitor.post('/sign-out')
  const entries = await signing.audit()
  const actions = entries.map(({ action, code }) => [action, code ?? ''].join(' ').trim())
  for (const action of [
    'account.created',
    'account.password-set',
    'session.opened',
    'request.refused SIGN_IN_REFUSED',
    'sign-in.refused SIGN_IN_REFUSED',
    'session.ended',
  ]) {
    assert.ok(actions.includes(action), `${action} in ${actions.join(', ')}`)
  }
  assert.ok(!JSON.stringify(entries).includes('my-secret-password'))
})

test('a sign-in that is unusual becomes an event, and a note that its own session cannot put away', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  const stranger = signing.visitor()
  await stranger.showPasskey(passkey)
  const event = await signing.server.edge?.database
    .selectFrom('events')
    .select(['type', 'data'])
    .where('type', '=', 'security.sign-in-suspicious')
    .executeTakeFirstOrThrow()
  const data = JSON.parse(event?.data ?? '{}')
  assert.deepEqual([data.way, data.reasons], ['passkey', ['newBrowser']])
  assert.ok(!('address' in data))

  await stranger.post('/account/notes', { upTo: String(signing.now) })
  assert.match((await visitor.get('/account')).text, /Was this you\?/)
  // At the next sign-in it comes first.
  await visitor.post('/sign-out')
  const again = await visitor.showPasskey(passkey)
  assert.deepEqual(again.json, { next: '/account' })
  await visitor.post('/account/notes', { upTo: String(signing.now) })
  assert.doesNotMatch((await visitor.get('/account')).text, /Was this you\?/)
})

test('who has to sign in first comes back to the whole address, with its query', async (t) => {
  const signing = await SigningIn.start(t)
  const next = '/step-up?next=/console/back'
  const { headers } = await signing.visitor().get(next)
  assert.equal(headers.get('location'), `/sign-in?${new URLSearchParams({ next })}`)
})
