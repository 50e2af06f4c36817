/** The way back in when nobody can sign in: a command on the server's machine, and everybody can see that it was used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { CommandRefused } from '../../src/commands/command.ts'
import { wayIn as command } from '../../src/commands/way-in.ts'
import { parseSettings } from '../../src/settings.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { databaseSettings } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

/** Beside the running server, with its settings. What it writes, or what it says instead. */
async function wayIn(
  server: TestServer,
  ...words: string[]
): Promise<{ readonly said: string; readonly refused: boolean }> {
  const settings = parseSettings({
    ...{ dataFolder: server.folder, host: ['updates.example.com'] },
    ...(await databaseSettings(server.folder)),
  })
  let said = ''
  const write = (text: string) => {
    said += text
  }
  try {
    const log = pino({ level: 'silent' })
    await command.run({ settings, words, values: {}, log, write, note: () => {} })
  } catch (error) {
    assert.ok(error instanceof CommandRefused, String(error))
    assert.equal(said, '')
    return { said: error.message, refused: true }
  }
  return { said, refused: false }
}

test('before there is an administrator, the link is where the server writes it at its start', async (t) => {
  const server = await TestServer.start(t)
  const { said, refused } = await wayIn(server)
  assert.equal(refused, true)
  assert.match(said, /first-administrator/)
})

test('a link from the command lets a person in once, ends earlier ones, and is told to everybody', async (t) => {
  const server = await TestServer.start(t)
  const person = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const { login = '' } = person.account
  const listed = await wayIn(server)
  assert.deepEqual(listed, { said: `${login} (${person.account.name})\n`, refused: false })

  const { said } = await wayIn(server, login.toUpperCase())
  assert.match(said, /^http:\/\/localhost:\d+\/welcome#fwi_[0-9a-f]{16}_[\w-]{43}\n$/)
  const again = await wayIn(server, login)
  assert.notEqual(again.said, said)
  const id = /fwi_([0-9a-f]{16})_/.exec(said)?.[1] ?? ''
  assert.equal(await storesOf(server).signIn.links.find(id), undefined, 'the first one is gone')

  const { audit, events } = storesOf(server)
  const entries = await audit.find({ action: 'account.way-in-made', limit: 10 })
  assert.equal(entries.length, 2)
  assert.match(entries[0]?.line ?? '', new RegExp(person.account.id))
  assert.equal(JSON.stringify(entries).includes('fwi_'), false)
  await events.order()
  const told = (await events.after(0, 100)).filter(({ type }) => type === 'security.way-in-made')
  assert.equal(told.length, 2)
  assert.equal(JSON.stringify(told).includes('fwi_'), false)
})

test('the command makes no link for a login that is none, nor for who is disabled', async (t) => {
  const server = await TestServer.start(t)
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const person = await signedIn(server, [{ role: 'viewer', product: '*' }])
  assert.equal((await wayIn(server, 'nobody')).refused, true)
  const path = `/accounts/${person.account.id}`
  await chief.call('PATCH', path, { disabled: true }, { 'if-match': '*' })
  assert.equal((await wayIn(server, person.account.login ?? '')).refused, true)
})
