/** `fleetward mails` and `fleetward subscriptions` before a server with a real mail server beside it. CRA P-057 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { TestMailServer } from '../../../packages/server/test/support/mail-server.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const ID = '0f3a5c7e9b1d2468'
const ended = endings()
let server: TestServer
let mails: TestMailServer
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  mails = await TestMailServer.start(ended)
  server = await TestServer.start(ended, await mails.settings(commandLine.folder))
  await server.call('POST', '/products', { id: 'lumen' })
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  await commandLine.face(server, await tokenOf(server, officer.account))
})
after(() => ended.endAll())

const run = (...words: readonly string[]) => commandLine.run(words, { json: false })

test('a mail is tried out, and what the mail server says against it is said', async () => {
  const sent = await run('mails', 'test', '--to', 'ada@example.com')
  assert.deepEqual([sent.exitCode, mails.received.length], [0, 1], sent.out)
  mails.answerTo = () => ({ code: 550, says: 'no such user' })
  const refused = await run('mails', 'test', '--to', 'gone@example.com')
  assert.equal(refused.exitCode, 1)
  assert.match(refused.said, /did not take it: EENVELOPE: 550 no such user/)
  assert.match(
    (await run('mails', 'status')).out,
    /^mails go out from updates@lumen\.example\nwaiting/,
  )
})

test('topics are switched off and on again, but for the one that is always on', async () => {
  const off = await run('mails', 'topics', '--off', 'support-ending', '--off', 'deadline-near')
  assert.match(off.out, /^support-ending {7}off$/m)
  assert.match(off.out, /^deadline-passed {6}on, always$/m)
  const must = await run('mails', 'topics', '--off', 'deadline-passed')
  assert.equal(must.exitCode, 1)
  assert.doesNotMatch((await run('mails', 'topics', '--all-on')).out, /off/)
  assert.equal((await run('mails', 'topics', '--all-on', '--off', 'deadline-near')).exitCode, 2)
})

test('subscriptions are listed, and removed with what was sent to them', async () => {
  assert.match((await run('subscriptions', 'list')).out, /There is no subscription\./)
  const { subscriptions, mails: outbox } = storesOf(server)
  await subscriptions.ask({
    ...{ id: ID, address: 'ada@example.com', product: 'lumen', device: 'L-1' },
    ...{ language: 'de', askedAt: 1 },
  })
  await outbox.add({
    ...{ to: 'ada@example.com', subject: 'News', text: 't', about: 'a', at: 1, subscription: ID },
  })
  const listed = await run('subscriptions', 'list', '--product', 'lumen')
  assert.equal(listed.out.trim(), `${ID} ada@example.com lumen L-1 (de), not confirmed`)
  assert.match(
    (await run('mails', 'list', '--state', 'waiting')).out,
    /to ada@example\.com\n {2}News/,
  )
  assert.equal((await run('subscriptions', 'remove', ID)).exitCode, 0)
  assert.match((await run('mails', 'list')).out, /There is no mail\./)
  assert.equal((await run('subscriptions', 'remove', ID)).exitCode, 1)
})
