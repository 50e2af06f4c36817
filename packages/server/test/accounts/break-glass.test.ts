/** CRA P-081: the way in for the day when no other works: sealed, used once, and never unnoticed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { breakGlass as command } from '../../src/commands/break-glass.ts'
import { UsageError } from '../../src/commands/command.ts'
import { parseSettings } from '../../src/settings.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { databaseSettings } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

const ADMINISTRATOR = [{ role: 'administrator', product: '*' }] as const

async function create(server: TestServer, ...words: string[]): Promise<string> {
  const settings = parseSettings({
    ...{ dataFolder: server.folder, host: ['updates.example.com'] },
    ...(await databaseSettings(server.folder)),
  })
  let said = ''
  await command.run({
    ...{ settings, words, values: {}, log: pino({ level: 'silent' }), note: () => {} },
    write: (text) => {
      said += text
    },
  })
  return said.trim()
}

const asStranger = { authorization: '' }
const use = (server: TestServer, code: string, more: object = {}, headers = {}) =>
  server.call('POST', '/break-glass', { code, ...more }, { ...asStranger, ...headers })

async function alarmsIn(server: TestServer): Promise<string[]> {
  const { events } = storesOf(server)
  await events.order()
  return (await events.after(0, 500)).map(({ type }) => type).filter((type) => /glass/.test(type))
}

test('the code opens everything for an hour, once, and everybody is told', async (t) => {
  const server = await TestServer.start(t)
  const ada = await signedIn(server, ADMINISTRATOR)
  const viewer = await signedIn(server, [{ role: 'viewer', product: 'lumen' }])
  const code = await create(server, 'create')
  assert.match(code, /^fwb_[0-9a-f]{16}_[\w-]{43}$/)
  assert.deepEqual((await viewer.call('GET', '/break-glass/alarms')).body, [])

  const opened = await use(server, code)
  assert.equal(opened.status, 200)
  const authorization = `Bearer ${opened.body.token}`
  const me = await server.call('GET', '/me', undefined, { authorization })
  assert.deepEqual([me.status, me.body.name], [200, 'Break glass'])
  assert.equal(
    (await server.call('POST', '/products', { id: 'lumen' }, { authorization })).status,
    201,
  )

  assert.deepEqual(await alarmsIn(server), [
    ...['security.break-glass-sealed', 'security.break-glass-used'],
  ])
  const [entry] = await storesOf(server).audit.find({ action: 'break-glass.used', limit: 2 })
  assert.match(entry?.line ?? '', /"address":"127\.0\.0\.1"/)
  const [alarm] = (await viewer.call('GET', '/break-glass/alarms')).body
  assert.equal(alarm.usedAt, Math.floor(server.clock.at.getTime() / 1000))

  // Once.
  assert.deepEqual((await use(server, code)).body.code, 'BREAK_GLASS_REFUSED')
  // For an hour.
  server.clock.at = new Date(server.clock.at.getTime() + 3_601_000)
  assert.equal((await server.call('GET', '/me', undefined, { authorization })).status, 401)
  assert.equal((await ada.call('GET', '/break-glass/alarms')).status, 401)
})

test('the alarm stays until another person has looked, and what was opened ends with that', async (t) => {
  const server = await TestServer.start(t)
  const ada = await signedIn(server, ADMINISTRATOR)
  const late = await signedIn(server, ADMINISTRATOR, { provedAgo: 3_000 })
  const code = await create(server, 'create')
  const { body } = await use(server, code)
  const authorization = `Bearer ${body.token}`
  const [{ id }] = (await ada.call('GET', '/break-glass/alarms')).body
  const path = `/break-glass/uses/${id}/acknowledgement`
  // Not by whoever used it, nor by a machine, nor without a fresh proof.
  const himself = await server.call('POST', path, undefined, { authorization })
  assert.deepEqual([himself.status, himself.body.code], [403, 'ANOTHER_PERSON_NEEDED'])
  assert.equal((await server.call('POST', path)).body.code, 'ANOTHER_PERSON_NEEDED')
  assert.equal((await late.call('POST', path)).body.code, 'STEP_UP_REQUIRED')
  assert.equal((await ada.call('GET', '/break-glass/alarms')).body.length, 1)

  assert.equal((await ada.call('POST', path)).status, 204)
  assert.deepEqual((await ada.call('GET', '/break-glass/alarms')).body, [])
  assert.equal((await server.call('GET', '/me', undefined, { authorization })).status, 401)
  const { uses, sealedAt } = (await ada.call('GET', '/break-glass')).body
  assert.equal(sealedAt, undefined)
  assert.deepEqual([uses[0].id, uses[0].acknowledgedBy], [id, ada.account.id])
  assert.equal((await ada.call('POST', path)).body.code, 'NO_SUCH_USE')
})

test('a page of the server gets a session, and no other page can open one', async (t) => {
  const server = await TestServer.start(t)
  const code = await create(server, 'create')
  const foreign = await use(server, code, { as: 'session' }, { origin: 'https://evil.example' })
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'ORIGIN_REFUSED'])
  const own = { 'sec-fetch-site': 'same-origin', 'x-fleetward': '1' }
  const opened = await use(server, code, { as: 'session' }, own)
  assert.equal(opened.status, 200)
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  assert.equal(
    (await server.call('GET', '/me', undefined, { ...asStranger, ...own, cookie })).status,
    200,
  )
  assert.deepEqual(await alarmsIn(server), [
    ...['security.break-glass-sealed', 'security.break-glass-used'],
  ])
})

test('a new code replaces the one before; the database holds a digest and the log no code', async (t) => {
  const server = await TestServer.start(t)
  const first = await create(server, 'create')
  const second = await create(server, 'create')
  assert.equal((await use(server, first)).status, 401)
  const rows = await server.edge?.database.selectFrom('break_glass').selectAll().execute()
  assert.equal(rows?.length, 1)
  const secret = second.slice(-43)
  const { audit, events } = storesOf(server)
  const written = JSON.stringify([rows, await audit.lines(0, 100), await events.after(0, 100)])
  assert.ok(!written.includes(secret) && !written.includes(first.slice(-43)))
  for (const guess of [
    `${second.slice(0, -1)}${second.endsWith('A') ? 'B' : 'A'}`,
    'fwb_',
    'x',
    first,
  ]) {
    assert.equal((await use(server, guess)).status, 401)
  }
  assert.equal((await use(server, second)).status, 200)
})

test('the sealed account is no administrator to be counted on, and a disabled one opens nothing', async (t) => {
  const server = await TestServer.start(t)
  const code = await create(server, 'create')
  assert.deepEqual(await storesOf(server).accounts.administrators(), [])
  const ada = await signedIn(server, ADMINISTRATOR)
  const { body } = await ada.call('GET', '/accounts')
  const account = body.find(({ login }: { login: string }) => login === 'break-glass')
  await ada.call('PATCH', `/accounts/${account.id}`, { disabled: true }, { 'if-match': '*' })
  assert.equal((await use(server, code)).status, 401)
})

test('nobody takes the name of the sealed account before it is sealed: the code would open his', async (t) => {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: 'lumen' })
  const admin = await signedIn(server, [{ role: 'administrator', product: 'lumen' }])
  const grants = [{ role: 'viewer', product: 'lumen' }]
  const person = { kind: 'person', name: 'Eve', login: 'break-glass', grants }
  assert.equal((await admin.call('POST', '/accounts', person)).status, 400)
  const made = await admin.call('POST', '/accounts', { ...person, login: 'eve' })
  assert.equal(made.status, 201)
  const any = { 'if-match': '*' }
  const login = 'Break-Glass'
  const renamed = await admin.call('PATCH', `/accounts/${made.body.id}`, { login }, any)
  assert.equal(renamed.status, 400)
  const opened = await use(server, await create(server, 'create'))
  const authorization = `Bearer ${opened.body.token}`
  const lamp = await server.call('POST', '/products', { id: 'lamp' }, { authorization })
  assert.equal(lamp.status, 201)
})

test('the command says what it wants to hear', async (t) => {
  const server = await TestServer.start(t)
  await assert.rejects(create(server), UsageError)
  await assert.rejects(create(server, 'use'), UsageError)
})
