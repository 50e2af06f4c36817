/** Password, authenticator app and recovery codes, at a running server. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, SigningIn, seedOn } from '../support/signing-in.ts'

const typed = (code: string, more: object = {}) => ({
  ...{ login: 'ada', password: PASSWORD, code, next: '/account/sessions' },
  ...more,
})
const REFUSED = [401, 'SIGN_IN_REFUSED']

// CRA P-058
test('password and code let in together, each alone does not, and a code lets in once', async (t) => {
  const signing = await SigningIn.start(t)
  const { seed } = await signing.withPassword()
  const code = signing.code(seed)
  const wrong: [what: string, fields: Record<string, string>][] = [
    ['another password', typed(code, { password: 'seven green bottles sink' })],
    ['no code', typed('')],
    ['a recovery code that is none', typed('ABCD-EFGH-IJKL-MNOP')],
    ['no password', typed(code, { password: '' })],
    ['another name', typed(code, { login: 'grace' })],
  ]
  for (const [what, fields] of wrong.slice(0, 4)) {
    const answer = await signing.visitor().post('/sign-in', fields)
    assert.deepEqual([answer.status, answer.code], REFUSED, what)
  }
  signing.pass(3600)
  const now = signing.code(seed)
  const visitor = signing.visitor()
  const right = await visitor.post('/sign-in', typed(now, { login: ' ADA ' }))
  // The failures before it are on the page that comes first.
  assert.deepEqual([right.status, right.headers.get('location')], [303, '/account/sessions'])
  assert.equal((await visitor.get('/account/sessions')).status, 200)
  const again = await signing.visitor().post('/sign-in', typed(now))
  assert.deepEqual([again.status, again.code], REFUSED)
})

test('the page says nothing of whether a name exists: same status, same words, same code', async (t) => {
  const signing = await SigningIn.start(t)
  await signing.withPassword()
  const known = await signing.visitor().post('/sign-in', typed('123456'))
  const unknown = await signing.visitor().post('/sign-in', typed('123456', { login: 'nobody' }))
  assert.deepEqual([known.status, known.code], [unknown.status, unknown.code])
  const withoutName = (text: string) => text.replaceAll(/value="(ada|nobody)"/g, '')
  assert.equal(withoutName(known.text), withoutName(unknown.text))
  const names = ({ headers }: { headers: Headers }) =>
    [...headers.keys()].filter((name) => name !== 'date').toSorted()
  assert.deepEqual(names(known), names(unknown))
})

test('a recovery code stands in for the app, once, and its use is told', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPassword()
  const shown = await visitor.post('/account/codes')
  const codes = [...shown.text.matchAll(/<code>([A-Z2-7-]{19})<\/code>/g)].map(([, code]) => code)
  assert.equal(new Set(codes).size, 10)
  const [first = ''] = codes

  const other = signing.visitor()
  const right = await other.post('/sign-in', typed(first.toLowerCase().replaceAll('-', ' ')))
  assert.equal(right.status, 303)
  const again = await signing.visitor().post('/sign-in', typed(first))
  assert.deepEqual([again.status, again.code], REFUSED)
  // Told to the session that was there, and not to the one that used it.
  assert.match((await visitor.get('/account')).text, /<section class="card warning"/)
  assert.doesNotMatch((await other.get('/account')).text, /<section class="card warning"/)

  await visitor.post('/account/codes')
  const old = await signing.visitor().post('/sign-in', typed(codes[1] ?? ''))
  assert.deepEqual([old.status, old.code], REFUSED)
})

const refusedPasswords: [password: string, again: string, code: string][] = [
  ['short', 'short', 'PASSWORD_REFUSED'],
  ['password1234', 'password1234', 'PASSWORD_REFUSED'],
  ['x'.repeat(257), 'x'.repeat(257), 'PASSWORD_REFUSED'],
  [PASSWORD, `${PASSWORD}s`, 'PASSWORDS_DIFFER'],
]
test('a password that is not taken leaves everything as it was, and the page says why', async (t) => {
  const signing = await SigningIn.start(t)
  const visitor = await signing.begin()
  const page = await visitor.get('/welcome/way')
  const seed = seedOn(page.text)
  for (const [password, again, code] of refusedPasswords) {
    const fields = { password, again, code: signing.code(seed) }
    const answer = await visitor.post('/welcome/password', fields)
    assert.deepEqual([answer.status, answer.code], [422, code], password)
    // The same key, so that nobody has to set up the app again.
    assert.deepEqual(seedOn(answer.text), seed)
  }
  const wrong = { password: PASSWORD, again: PASSWORD, code: '000000' }
  assert.equal((await visitor.post('/welcome/password', wrong)).code, 'AUTHENTICATOR_CODE_WRONG')
  const right = { ...wrong, code: signing.code(seed) }
  assert.equal((await visitor.post('/welcome/password', right)).status, 303)
  // The code that set the app up is used.
  const again = await signing.visitor().post('/sign-in', typed(right.code))
  assert.deepEqual([again.status, again.code], REFUSED)
})

test('the password and the seed are nowhere in the database in the clear', async (t) => {
  const signing = await SigningIn.start(t)
  const { seed } = await signing.withPassword()
  const stored = await signing.server.edge?.database
    .selectFrom('passwords')
    .selectAll()
    .executeTakeFirstOrThrow()
  assert.match(stored?.hash ?? '', /^\$argon2id\$v=19\$/)
  assert.match(stored?.sealed_seed ?? '', /^fws1\./)
  assert.ok(!JSON.stringify(stored).includes(seed.toString('base64')))
})

test('a changed password ends every other session', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, seed } = await signing.withPassword()
  const other = signing.visitor()
  assert.equal((await other.post('/sign-in', typed(signing.code(seed)))).status, 303)

  const newSeed = seedOn((await visitor.get('/account/password')).text)
  assert.notDeepEqual(newSeed, seed)
  const password = 'eight brown bottles fall'
  const fields = { password, again: password, code: signing.code(newSeed), username: 'ada' }
  assert.equal(
    (await visitor.post('/account/password', fields)).headers.get('location'),
    '/account',
  )
  assert.equal((await visitor.get('/account')).status, 200)
  assert.equal((await other.get('/account')).headers.get('location'), '/sign-in?next=%2Faccount')
  signing.pass(30)
  const old = await signing.visitor().post('/sign-in', typed(signing.code(newSeed)))
  assert.deepEqual([old.status, old.code], REFUSED)
})
