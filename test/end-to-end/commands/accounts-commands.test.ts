/** `fleetward accounts`, `tokens` and `sessions` before a server: what they say, and what they leave on the disk. */
import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import {
  type Caller,
  service,
  signedIn,
  signIn,
} from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const RED = 'lumen-red'

const ended = endings()
let server: TestServer
let commandLine: CommandLine
let chief: Caller

before(async () => {
  server = await TestServer.start(ended)
  commandLine = await CommandLine.open(ended)
  await server.call('POST', '/products', { id: RED })
  chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  await commandLine.face(server, await tokenOf(server, chief.account))
})
after(() => ended.endAll())

/** What a script reads. */
const run = async (words: readonly string[], token = 'token') =>
  (await commandLine.run(words, { token })).json

test('a person is added, given roles, renamed, disabled, enabled and removed', async () => {
  const added = await run([
    ...['accounts', 'add', 'Anna', '--login', 'anna@example.com', '--grant', `viewer@${RED}`],
  ])
  assert.match(added.wayIn.url, /#fwi_/)
  const { id } = added
  const granted = await run(['accounts', 'grant', id, `operator@${RED}`])
  const grants = (account: { grants: { id: string }[] }) => account.grants.map((it) => it.id)
  assert.deepEqual(grants(granted), [`operator@${RED}`, `viewer@${RED}`])
  assert.deepEqual(grants(await run(['accounts', 'withdraw-grant', id, `viewer@${RED}`])), [
    `operator@${RED}`,
  ])
  assert.equal((await run(['accounts', 'change', id, '--name', 'Anna E.'])).name, 'Anna E.')
  assert.notEqual((await run(['accounts', 'disable', id])).disabledAt, undefined)
  assert.equal((await run(['accounts', 'enable', id])).disabledAt, undefined)
  assert.match((await run(['accounts', 'way-in', id])).url, /#fwi_/)
  assert.equal((await run(['accounts', 'show', id])).login, 'anna@example.com')
  const { accounts } = await run(['accounts', 'list', '--kind', 'person'])
  assert.ok(accounts.some((account: { id: string }) => account.id === id))
  assert.deepEqual(await run(['accounts', 'remove', id]), { removed: id })
  assert.equal((await run(['accounts', 'show', id])).error.code, 'NO_SUCH_ACCOUNT')
})

test('what the server refuses is said with what to do next', async () => {
  const own = await run(['accounts', 'grant', chief.account.id, `viewer@${RED}`])
  assert.equal(own.error.code, 'GRANT_TO_SELF')
  const last = await run(['accounts', 'withdraw-grant', chief.account.id, 'administrator@*'])
  assert.equal(last.error.code, 'LAST_ADMINISTRATOR')
  assert.match(last.error.next, /accounts grant/)
  const nothing = await run(['accounts', 'grant', chief.account.id, 'operator'])
  assert.equal(nothing.error.code, 'REQUEST_INVALID')
})

test('a list longer than a page comes whole', async () => {
  const before = (await run(['accounts', 'list', '--kind', 'service'])).accounts.length
  for (let more = 0; more < 3; more += 1) await service(server, chief.account, [])
  const { accounts } = await run(['accounts', 'list', '--kind', 'service'])
  assert.equal(accounts.length, before + 3)
})

test('the secret of a new token goes into a file of one’s own and nowhere else', async () => {
  const owner = await signedIn(server, [{ role: 'operator', product: RED }])
  await commandLine.keep('owner', await tokenOf(server, owner.account))
  const out = commandLine.at('ci-token')
  const create = ['tokens', 'create', 'CI', '--scope', 'device.read', '--product', RED]
  const made = await run([...create, '--valid-for', '30m', '--out', out], 'owner')
  const secret = (await readFile(out, 'utf8')).trim()
  assert.match(secret, /^fwt_/)
  assert.equal((await stat(out)).mode & 0o777, 0o600)
  assert.equal(JSON.stringify(made).includes(secret.slice(-43)), false)
  const mine = await run(['accounts', 'whoami'], 'ci-token')
  assert.deepEqual(mine.rights, { [RED]: ['device.read'] })
  const again = await run([...create, '--valid-for', '30m', '--out', out], 'owner')
  assert.equal(again.error.code, 'OUT_UNWRITABLE')
  assert.equal((await readFile(out, 'utf8')).trim(), secret)
  const { tokens } = await run(['tokens', 'list'], 'owner')
  assert.equal(tokens.filter(({ name }: { name: string }) => name === 'CI').length, 1)
  const none = commandLine.at('no-token')
  const refused = await run(
    ['tokens', 'create', 'CI', '--scope', 'account.manage', '--product', RED, '--out', none],
    'owner',
  )
  assert.equal(typeof refused.error.code, 'string')
  await assert.rejects(stat(none), { code: 'ENOENT' }, 'a file without a secret is left behind')
  await run(['tokens', 'remove', made.id], 'owner')
  assert.equal((await run(['accounts', 'whoami'], 'ci-token')).error.code, 'ACCESS_DENIED')
})

test('sessions of a colleague are listed and ended', async () => {
  const person = await signedIn(server, [{ role: 'operator', product: RED }])
  await signIn(server, person.account)
  await signIn(server, person.account)
  const whose = ['--account', person.account.id]
  const { sessions } = await run(['sessions', 'list', ...whose])
  assert.equal(sessions.length, 3)
  assert.deepEqual(await run(['sessions', 'end', sessions[0].id, ...whose]), { ended: 1 })
  assert.deepEqual(await run(['sessions', 'end-all', ...whose]), { ended: 2 })
  assert.equal((await person.call('GET', '/me')).status, 401)
})
