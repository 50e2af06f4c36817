/** Passkeys at a running server. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SigningIn } from '../support/signing-in.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

test('a passkey signs in from any browser, and its use is noted', async (t) => {
  const signing = await SigningIn.start(t)
  const { passkey } = await signing.withPasskey()
  passkey.counter = 1
  const visitor = signing.visitor()
  const answer = await visitor.showPasskey(passkey)
  assert.deepEqual([answer.status, answer.json], [200, { next: '/console/' }])
  assert.equal((await visitor.get('/account')).status, 200)
  const stored = await signing.server.edge?.database
    .selectFrom('passkeys')
    .select(['counter', 'last_used_at'])
    .executeTakeFirstOrThrow()
  assert.deepEqual(stored, { counter: 1, last_used_at: signing.now })
})

test('a challenge counts once, in the browser it was made for, and for ten minutes', async (t) => {
  const signing = await SigningIn.start(t)
  const { passkey } = await signing.withPasskey()
  const visitor = signing.visitor()
  const ask = async () => {
    const { json } = await visitor.script('/sign-in/passkey/options')
    return { attempt: json.attempt, response: passkey.show(json.options), next: '' }
  }
  const used = await ask()
  assert.equal((await visitor.script('/sign-in/passkey', used)).status, 200)
  assert.equal((await visitor.script('/sign-in/passkey', used)).code, 'CHALLENGE_INVALID')

  const foreign = await signing.visitor().script('/sign-in/passkey', await ask())
  assert.deepEqual([foreign.status, foreign.code], [403, 'CHALLENGE_INVALID'])

  const late = await ask()
  signing.pass(600)
  assert.equal((await visitor.script('/sign-in/passkey', late)).code, 'CHALLENGE_INVALID')

  // A challenge of the other ceremony, too.
  const { json } = await visitor.script('/step-up/passkey/options')
  const crossed = { attempt: json.attempt, response: passkey.show(json.options), next: '' }
  assert.equal((await visitor.script('/sign-in/passkey', crossed)).code, 'CHALLENGE_INVALID')
})

test('a passkey that nobody has, and one of somebody disabled, answer alike', async (t) => {
  const signing = await SigningIn.start(t)
  const { account, code } = await signing.invite('grace')
  const grace = await signing.begin(code)
  const passkey = await grace.makePasskey('/welcome/passkey')
  const { headers } = await signing.server.call('GET', `/accounts/${account}`)
  const match = { 'if-match': headers.get('etag') ?? '' }
  await signing.server.call('PATCH', `/accounts/${account}`, { disabled: true }, match)
  const disabled = await signing.visitor().showPasskey(passkey)
  const strange = new SoftAuthenticator(signing.origin)
  strange.userHandle = passkey.userHandle
  const unknown = await signing.visitor().showPasskey(strange)
  assert.deepEqual([disabled.status, disabled.code], [401, 'PASSKEY_UNKNOWN'])
  assert.deepEqual(disabled.json, unknown.json)
})

test('a counter that goes back is refused, told to its owner and to whoever watches', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  passkey.counter = 5
  assert.equal((await signing.visitor().showPasskey(passkey)).status, 200)
  const copy = await signing.visitor().showPasskey(passkey, { counter: 3 })
  assert.deepEqual([copy.status, copy.code], [401, 'PASSKEY_COPIED'])
  assert.match((await visitor.get('/account')).text, /seems to exist twice/)
  const [entry] = (await signing.audit()).filter(({ action }) => action === 'sign-in.refused')
  assert.equal(entry?.code, 'PASSKEY_COPIED')
  // Nobody is locked out by it.
  passkey.counter = 6
  assert.equal((await signing.visitor().showPasskey(passkey)).status, 200)
})

test('what is bent in a browser does not get in', async (t) => {
  const signing = await SigningIn.start(t)
  const { passkey } = await signing.withPasskey()
  for (const bent of [
    { origin: 'http://localhost:1' },
    { rpId: 'evil.example' },
    { userVerified: false },
    { brokenSignature: true },
    { challenge: 'AAAA' },
  ]) {
    const answer = await signing.visitor().showPasskey(passkey, bent)
    assert.deepEqual([answer.status, answer.code], [401, 'PASSKEY_REFUSED'], JSON.stringify(bent))
  }
})

test('several passkeys, each with a name; the last way in stays', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, passkey } = await signing.withPasskey()
  const id = passkey.id.toString('base64url')
  const last = await visitor.post(`/account/passkeys/${id}/removal`)
  assert.deepEqual([last.status, last.code], [409, 'LAST_WAY_IN'])
  assert.equal((await signing.visitor().showPasskey(passkey)).status, 200)

  const second = await visitor.makePasskey('/account/passkeys')
  const renamed = await visitor.post(`/account/passkeys/${id}/name`, { name: '<b>blue</b> key' })
  assert.equal(renamed.status, 303)
  assert.match((await visitor.get('/account')).text, /<h3>&lt;b&gt;blue&lt;\/b&gt; key<\/h3>/)
  const gone = await visitor.post(`/account/passkeys/${id}/removal`)
  assert.equal(gone.headers.get('location'), '/account')
  assert.equal((await signing.visitor().showPasskey(passkey)).code, 'PASSKEY_UNKNOWN')
  assert.equal((await signing.visitor().showPasskey(second)).status, 200)
})

test('a recovery code lets somebody in who lost the only passkey, and everybody hears of it', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPasskey()
  const shown = await visitor.post('/account/codes')
  const code = /<code>([A-Z2-7-]{19})<\/code>/.exec(shown.text)?.[1] ?? ''
  const lost = signing.visitor()
  const wrong = { login: 'ada', password: 'not empty at all', code, next: '' }
  assert.equal((await lost.post('/sign-in', wrong)).code, 'SIGN_IN_REFUSED')
  const right = await lost.post('/sign-in', { ...wrong, password: '' })
  assert.equal(right.headers.get('location'), '/console/')
  await lost.makePasskey('/account/passkeys')
  const [entry] = (await signing.audit()).filter(({ action }) => action === 'sign-in.suspicious')
  assert.match(JSON.stringify(entry?.after), /recoveryCode/)
})

test('nobody touches the passkeys of somebody else', async (t) => {
  const signing = await SigningIn.start(t)
  const { passkey } = await signing.withPasskey()
  const { code } = await signing.invite('grace')
  const grace = await signing.begin(code)
  await grace.makePasskey('/welcome/passkey')
  const id = passkey.id.toString('base64url')
  for (const act of ['removal', 'name']) {
    const answer = await grace.post(
      `/account/passkeys/${id}/${act}`,
      act === 'name' ? { name: 'x' } : {},
    )
    assert.deepEqual([answer.status, answer.code], [404, 'NO_SUCH_WAY_IN'])
  }
  // Nor proves with them who she is.
  const { json } = await grace.script('/step-up/passkey/options')
  const answer = { attempt: json.attempt, response: passkey.show(json.options), next: '' }
  assert.equal((await grace.script('/step-up/passkey', answer)).code, 'PASSKEY_UNKNOWN')
})
