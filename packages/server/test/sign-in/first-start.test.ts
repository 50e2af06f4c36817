/** The one-time link for the first administrator. */
import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { signedIn } from '../support/people.ts'
import { SigningIn } from '../support/signing-in.ts'

// CRA P-048
test('there is no administrator and no password to begin with, only a link that its owner can read', async (t) => {
  const signing = await SigningIn.start(t)
  const file = signing.server.running?.firstAdministratorFile ?? ''
  assert.equal(file, join(signing.server.folder, 'first-administrator'))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const text = await readFile(file, 'utf8')
  assert.match(text, /^http:\/\/localhost:\d+\/welcome#fwi_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/)
  const { body } = await signing.server.call('GET', '/accounts')
  assert.deepEqual(body, [])
})

test('the link makes one administrator, who is signed in; then it opens nothing and the file goes', async (t) => {
  const signing = await SigningIn.start(t)
  const code = await signing.firstCode()
  const { visitor } = await signing.withPasskey()
  assert.equal((await visitor.get('/account')).status, 200)
  const { body } = await signing.server.call('GET', '/accounts')
  assert.deepEqual(
    body.map(({ login, kind }: { login: string; kind: string }) => [login, kind]),
    [['ada', 'person']],
  )
  const me = await visitor.get('/api/1/me', { 'sec-fetch-site': 'same-origin' })
  assert.deepEqual(
    me.json.account.grants.map(({ id }: { id: string }) => id),
    ['administrator@*'],
  )

  const second = await signing.visitor().post('/welcome', { code })
  assert.deepEqual([second.status, second.code], [403, 'LINK_INVALID'])
  const file = join(signing.server.folder, 'first-administrator')
  await assert.rejects(stat(file), { code: 'ENOENT' })
  await signing.server.stop()
  await signing.server.start()
  assert.equal(signing.server.running?.firstAdministratorFile, undefined)
})

test('two who hold the link at once make one administrator', async (t) => {
  const signing = await SigningIn.start(t)
  const [ada, eve] = [await signing.begin(), await signing.begin()]
  const made = await Promise.allSettled(
    [ada, eve].map((visitor) => visitor.makePasskey('/welcome/passkey')),
  )
  assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1)
  const { body } = await signing.server.call('GET', '/accounts')
  assert.equal(body.length, 1)
})

test('a restart leaves the link as it is; one whose time is over is replaced', async (t) => {
  const operatorUrl = 'https://fleet.example.com'
  const signing = await SigningIn.start(t, { operatorUrl })
  const before = await signing.firstCode()
  await signing.server.stop()
  await signing.server.start()
  assert.equal(await signing.firstCode(), before)

  signing.pass(86_400)
  const late = await signing.visitor().post('/welcome', { code: before }, { origin: operatorUrl })
  assert.deepEqual([late.status, late.code], [403, 'LINK_INVALID'])
  await signing.server.stop()
  await signing.server.start()
  assert.notEqual(await signing.firstCode(), before)
})

test('an administrator made another way ends the link', async (t) => {
  const signing = await SigningIn.start(t)
  const visitor = await signing.begin()
  await signedIn(signing.server, [{ role: 'administrator', product: '*' }])
  await assert.rejects(visitor.makePasskey('/welcome/passkey'), /LINK_INVALID/)
  const late = await signing.visitor().post('/welcome', { code: await signing.firstCode() })
  assert.equal(late.code, 'LINK_INVALID')
})

const wrongCodes = ['', 'fwi_', `fwi_${'0'.repeat(16)}_${'A'.repeat(43)}`, '../../etc/passwd']
test('a wrong code opens nothing, whatever it is', async (t) => {
  const signing = await SigningIn.start(t)
  const right = await signing.firstCode()
  for (const code of [...wrongCodes, `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`]) {
    const answer = await signing.visitor().post('/welcome', { code })
    assert.deepEqual([answer.status, answer.code], [403, 'LINK_INVALID'], code)
  }
})

test('what was begun in one browser is not ended in another', async (t) => {
  const signing = await SigningIn.start(t)
  await signing.begin()
  const other = signing.visitor()
  assert.equal((await other.get('/welcome/way')).code, 'CHALLENGE_INVALID')
  assert.equal((await other.script('/welcome/passkey/options')).code, 'CHALLENGE_INVALID')
})

test('whoever is invited makes a way in by the link, once, and a new link ends the old one', async (t) => {
  const signing = await SigningIn.start(t)
  const { account, code } = await signing.invite('grace')
  const again = await signing.server.call('POST', `/accounts/${account}/way-in`)
  assert.equal(again.status, 201)
  assert.equal((await signing.visitor().post('/welcome', { code })).code, 'LINK_INVALID')

  const fresh = again.body.wayIn?.url ?? again.body.url
  const visitor = await signing.begin(fresh.split('#')[1])
  await visitor.makePasskey('/welcome/passkey')
  assert.match((await visitor.get('/account')).text, /<h1>grace<\/h1>/)
  const late = await signing.visitor().post('/welcome', { code: fresh.split('#')[1] })
  assert.equal(late.code, 'LINK_INVALID')
})

test('rights that are given later are not what a link opens that was made before', async (t) => {
  const signing = await SigningIn.start(t)
  const { account, code } = await signing.invite('grace')
  const grant = { role: 'operator', product: '*' }
  assert.equal(
    (await signing.server.call('POST', `/accounts/${account}/grants`, grant)).status,
    200,
  )
  assert.equal((await signing.visitor().post('/welcome', { code })).code, 'LINK_INVALID')
})

test('somebody disabled gets in by no link', async (t) => {
  const signing = await SigningIn.start(t)
  const { account, code } = await signing.invite('grace')
  const visitor = await signing.begin(code)
  const { headers } = await signing.server.call('GET', `/accounts/${account}`)
  const edit = { disabled: true }
  const match = { 'if-match': headers.get('etag') ?? '' }
  const { status } = await signing.server.call('PATCH', `/accounts/${account}`, edit, match)
  assert.equal(status, 200)
  await assert.rejects(visitor.makePasskey('/welcome/passkey'), /LINK_INVALID/)
  assert.equal((await signing.visitor().post('/welcome', { code })).code, 'LINK_INVALID')
})
