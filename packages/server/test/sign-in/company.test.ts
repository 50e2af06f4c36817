/** A company's sign-in, with a real provider. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CLIENT_SECRET, Company } from '../support/company.ts'
import { freePort } from '../support/free-port.ts'
import { SigningIn } from '../support/signing-in.ts'

const GRACE = {
  ...{ subject: 'u-17', claims: { email: 'Grace@Lumen.example', email_verified: true } },
}

/** The provider's clock is the real one, so ours is too. */
async function meet(t: TestContext, more: object = {}) {
  const operator = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-company-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const clientSecretFile = join(folder, 'secret')
  await writeFile(clientSecretFile, `${CLIENT_SECRET}\n`)
  const callback = `http://localhost:${operator}/sign-in/company/lumen/callback`
  const company = await Company.start(t, callback)
  const settings = company.settings({ clientSecretFile, ...more })
  const ofServer = {
    // One above the operator’s may be somebody else’s here.
    listen: { public: 0, device: 0, mqtt: 0, operator, metrics: 0 },
    companies: [settings, { ...settings, id: 'other', name: 'Other' }],
  }
  const signing = await SigningIn.start(t, ofServer, { at: new Date() })
  return { company, signing }
}

test('whoever was invited links a company’s sign-in, and comes in by it from then on', async (t) => {
  const { company, signing } = await meet(t)
  await company.sendsNext(GRACE)
  const stranger = await company.signIn(signing.visitor())
  assert.deepEqual([stranger.status, stranger.code], [403, 'COMPANY_ACCOUNT_UNKNOWN'])

  const { account, code } = await signing.invite('grace@lumen.example')
  const visitor = await signing.begin(code)
  const linked = await company.signIn(visitor, '/welcome/company/lumen')
  assert.equal(linked.status, 200, linked.text)
  // The session's cookie is Strict: a page of ours has to go on.
  assert.match(linked.text, /<meta http-equiv="refresh" content="0; url=\/account">/)
  assert.match((await visitor.get('/account')).text, /Lumen, since/)

  const other = signing.visitor()
  const again = await company.signIn(other, '/sign-in/company/lumen?next=/account/sessions')
  assert.equal(again.status, 200)
  const me = await other.get('/api/1/me', { 'sec-fetch-site': 'same-origin' })
  assert.equal(me.json.id, account)
  assert.deepEqual(me.json.session.factors, ['oidc'])

  // Another employee with the same mail address is another person.
  await company.sendsNext({ ...GRACE, subject: 'u-18' })
  assert.equal((await company.signIn(signing.visitor())).code, 'COMPANY_ACCOUNT_UNKNOWN')
})

test('a mail address alone opens nothing, unless the settings say so and the provider has verified it', async (t) => {
  const { company, signing } = await meet(t, { linkByVerifiedEmail: true })
  await signing.invite('grace@lumen.example')
  const claimed: [what: string, claims: object][] = [
    ['not verified', { email: 'grace@lumen.example', email_verified: false }],
    ['verified in words', { email: 'grace@lumen.example', email_verified: 'true' }],
    ['nothing said of it', { email: 'grace@lumen.example' }],
    ['another address', { email: 'grace@evil.example', email_verified: true }],
  ]
  for (const [what, claims] of claimed) {
    await company.sendsNext({ subject: `u-${what.length}`, claims: { ...claims } })
    assert.equal((await company.signIn(signing.visitor())).code, 'COMPANY_ACCOUNT_UNKNOWN', what)
  }
  await company.sendsNext(GRACE)
  assert.equal((await company.signIn(signing.visitor())).status, 200)
  // Whoever has the address next is not the same person.
  await company.sendsNext({ ...GRACE, subject: 'u-99' })
  assert.equal((await company.signIn(signing.visitor())).code, 'COMPANY_ACCOUNT_UNKNOWN')
})

test('groups bring roles, and take them away when somebody leaves them', async (t) => {
  const roles = [
    { group: 'fleet', role: 'operator', product: '*' },
    { group: 'audit', role: 'auditor', product: '*' },
    { group: 'fleet', role: 'releaseManager', product: 'not-made-yet' },
  ]
  const { company, signing } = await meet(t, { linkByVerifiedEmail: true, roles })
  const { account } = await signing.invite('grace@lumen.example')
  const grants = async (groups: string[]) => {
    await company.sendsNext({ ...GRACE, claims: { ...GRACE.claims, groups } })
    assert.equal((await company.signIn(signing.visitor())).status, 200)
    const { body } = await signing.server.call('GET', `/accounts/${account}`)
    return body.grants.map(({ id }: { id: string }) => id).toSorted()
  }
  assert.deepEqual(await grants(['fleet', 'other']), ['operator@*', 'viewer@*'])
  assert.deepEqual(await grants(['audit']), ['auditor@*', 'viewer@*'])
  // What was granted by hand stays.
  assert.deepEqual(await grants([]), ['viewer@*'])
})

test('a second factor that the settings ask for must have been seen by the provider', async (t) => {
  const { company, signing } = await meet(t, {
    ...{ linkByVerifiedEmail: true, requiredMethods: ['mfa', 'hwk'] },
  })
  await signing.invite('grace@lumen.example')
  await company.sendsNext({ ...GRACE, methods: ['pwd'] })
  const refused = await company.signIn(signing.visitor())
  assert.deepEqual([refused.status, refused.code], [403, 'COMPANY_FACTOR_MISSING'])
  await company.sendsNext({ ...GRACE, methods: ['pwd', 'mfa'] })
  assert.equal((await company.signIn(signing.visitor())).status, 200)
})

test('coming back counts once, in the browser that left, and with what it left with', async (t) => {
  const { company, signing } = await meet(t, { linkByVerifiedEmail: true })
  await signing.invite('grace@lumen.example')
  await company.sendsNext(GRACE)
  const visitor = signing.visitor()
  const back = await company.visit(visitor, '/sign-in/company/lumen')
  const path = back.pathname + back.search

  // Another browser: somebody was sent the link of somebody else's sign-in (login CSRF).
  const victim = signing.visitor()
  await victim.get('/sign-in')
  const foreign = await victim.get(path)
  assert.deepEqual([foreign.status, foreign.code], [403, 'CHALLENGE_INVALID'])
  assert.equal((await visitor.get(path)).code, 'CHALLENGE_INVALID', 'used up by that')

  const next = await company.visit(visitor, '/sign-in/company/lumen')
  const bent = new URLSearchParams(next.search)
  bent.set('code', 'AAAA')
  const wrong = await visitor.get(`${next.pathname}?${bent}`)
  assert.deepEqual([wrong.status, wrong.code], [401, 'COMPANY_SIGN_IN_REFUSED'])

  const elsewhere = await company.visit(visitor, '/sign-in/company/lumen')
  const other = await visitor.get(`/sign-in/company/other/callback${elsewhere.search}`)
  assert.deepEqual([other.status, other.code], [403, 'CHALLENGE_INVALID'])

  const third = await company.visit(visitor, '/sign-in/company/lumen')
  const mixed = new URLSearchParams(third.search)
  mixed.set('iss', 'https://evil.example')
  const mixedUp = await visitor.get(`${third.pathname}?${mixed}`)
  assert.deepEqual([mixedUp.status, mixedUp.code], [401, 'COMPANY_SIGN_IN_REFUSED'])

  const fourth = await company.visit(visitor, '/sign-in/company/lumen')
  const state = new URLSearchParams(fourth.search).get('state') ?? ''
  const denied = new URLSearchParams({ error: 'access_denied', state, iss: company.issuer })
  const said = await visitor.get(`${fourth.pathname}?${denied}`)
  assert.deepEqual([said.status, said.code], [401, 'COMPANY_SIGN_IN_REFUSED'])
  assert.equal(visitor.cookies.has('fleetward-session'), false)
})

test('a fresh proof may come from the company, which asks anew', async (t) => {
  const { company, signing } = await meet(t, { linkByVerifiedEmail: true })
  await signing.invite('grace@lumen.example')
  await company.sendsNext(GRACE)
  const visitor = signing.visitor()
  await company.signIn(visitor)
  signing.pass(301)
  assert.equal((await visitor.get('/account/password')).status, 303)
  const left = await visitor.get('/step-up/company/lumen?next=/account/password')
  const asked = new URL(left.headers.get('location') ?? '').searchParams
  assert.deepEqual([asked.get('prompt'), asked.get('max_age')], ['login', '0'])

  await company.sendsNext({ subject: 'u-somebody-else' })
  const other = await company.signIn(visitor, '/step-up/company/lumen')
  assert.equal(other.code, 'COMPANY_ACCOUNT_UNKNOWN')
  await company.sendsNext(GRACE)
  assert.equal((await company.signIn(visitor, '/step-up/company/lumen')).status, 200)
  assert.equal((await visitor.get('/account/password')).status, 200)
})

test('signing in by a company where somebody was signed in already is no fresh proof', async (t) => {
  const { company, signing } = await meet(t, { linkByVerifiedEmail: true })
  await signing.invite('grace@lumen.example')
  await company.sendsNext(GRACE)
  const visitor = signing.visitor()
  assert.equal((await company.signIn(visitor)).status, 200)
  const asked = await visitor.get('/account/password')
  assert.deepEqual(
    [asked.status, asked.headers.get('location')],
    [303, '/step-up?next=%2Faccount%2Fpassword'],
  )
  assert.equal((await company.signIn(visitor, '/step-up/company/lumen')).status, 200)
  assert.equal((await visitor.get('/account/password')).status, 200)
})

test('somebody signed in links his company account, and nobody else’s', async (t) => {
  const { company, signing } = await meet(t)
  const { visitor, passkey } = await signing.withPasskey()
  await company.sendsNext(GRACE)
  assert.equal((await company.signIn(visitor, '/account/company/lumen')).status, 200)
  assert.equal((await company.signIn(signing.visitor())).status, 200)

  const { code } = await signing.invite('eve')
  const eve = await signing.begin(code)
  await eve.makePasskey('/welcome/passkey')
  const taken = await company.signIn(eve, '/account/company/lumen')
  assert.deepEqual([taken.status, taken.code], [409, 'COMPANY_IDENTITY_TAKEN'])

  const identity = { issuer: company.issuer, subject: GRACE.subject }
  assert.equal((await eve.post('/account/company/removal', identity)).code, 'NO_SUCH_WAY_IN')
  await visitor.post('/account/company/removal', identity)
  assert.equal((await company.signIn(signing.visitor())).code, 'COMPANY_ACCOUNT_UNKNOWN')
  assert.equal((await signing.visitor().showPasskey(passkey)).status, 200)
})

test('no other page sends somebody signed in to link an account, which might be another’s', async (t) => {
  const { company, signing } = await meet(t)
  const { visitor } = await signing.withPasskey()
  for (const site of ['same-site', 'cross-site']) {
    for (const path of ['/account/company/lumen', '/step-up/company/lumen']) {
      const sent = await visitor.get(path, { 'sec-fetch-site': site })
      assert.deepEqual([sent.status, sent.code], [403, 'ORIGIN_REFUSED'], `${site} ${path}`)
    }
  }
  const own = await visitor.get('/account/company/lumen', { 'sec-fetch-site': 'same-origin' })
  assert.equal(new URL(own.headers.get('location') ?? '').origin, company.issuer)
})

test('a provider that is down is said on a page, and asked again once it is back', async (t) => {
  const { company, signing } = await meet(t)
  await company.sendsNext(GRACE)
  const traveller = signing.visitor()
  const back = await company.visit(traveller, '/sign-in/company/lumen')
  await company.stop()
  const cutOff = await traveller.get(back.pathname + back.search)
  assert.deepEqual([cutOff.status, cutOff.code], [502, 'COMPANY_UNAVAILABLE'])
  signing.pass(3600)
  const visitor = signing.visitor()
  const away = await visitor.get('/sign-in/company/lumen')
  assert.deepEqual([away.status, away.code], [502, 'COMPANY_UNAVAILABLE'])
  assert.match(away.text, /<h1>/)
  assert.equal((await visitor.get('/sign-in')).status, 200)
  assert.equal((await visitor.get('/sign-in/company/nobody')).code, 'NOT_FOUND')
})
