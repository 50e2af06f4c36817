/** `fleetward-server rotate` beside a server that runs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { CommandContext } from '../../src/commands/command.ts'
import { rotate as command } from '../../src/commands/rotate.ts'
import { parseSettings } from '../../src/settings.ts'
import { PRODUCT } from '../support/desk.ts'
import { databaseSettings } from '../support/server-database.ts'
import { PASSWORD, SigningIn, seedOn } from '../support/signing-in.ts'
import { TestServer } from '../support/test-server.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/fleetward-server', import.meta.url))

async function settingsOf(server: TestServer, more: object = {}): Promise<object> {
  return {
    ...{ dataFolder: server.folder, host: ['updates.example.com'] },
    ...(await databaseSettings(server.folder)),
    ...more,
  }
}

/** In this process, as main.ts calls it. */
async function rotate(
  server: TestServer,
  words: readonly string[],
  values: CommandContext['values'] = {},
): Promise<{ out: string; err: string }> {
  const said = { out: '', err: '' }
  await command.run({
    ...{ words, values, log: pino({ level: 'silent' }) },
    settings: parseSettings(await settingsOf(server)),
    write: (text) => {
      said.out += text
    },
    note: (line) => {
      said.err += `${line}\n`
    },
  })
  return said
}

async function started(t: TestContext): Promise<TestServer> {
  const server = await TestServer.start(t)
  await server.product()
  return server
}

const ofProduct = { product: PRODUCT }

test('each key of a product is rotated by one command, which says what the desk has to sign', async (t) => {
  const server = await started(t)
  for (const purpose of ['director', 'commands', 'timestamp', 'snapshot']) {
    const { out, err } = await rotate(server, [purpose], ofProduct)
    const { body } = await server.of('GET', '/keys')
    const waiting = body.keys.find(
      (key: { purpose: string; state: string }) =>
        key.purpose === purpose && key.state === 'waiting',
    )
    assert.ok(out.includes(waiting.id), purpose)
    const isTrust = purpose === 'director' || purpose === 'commands'
    assert.match(err, isTrust ? /--role targets/ : /root rotate/)
    // Started again, it finds what waits.
    assert.ok((await rotate(server, [purpose], ofProduct)).out.includes(waiting.id), purpose)
  }
  assert.deepEqual((await server.of('GET', '/keys')).body.toSign, ['root', 'targets'])
})

test('the authorities and the TLS key are rotated by one command each', async (t) => {
  const server = await started(t)
  for (const purpose of ['fleet-ca', 'server-ca', 'tls']) {
    assert.match((await rotate(server, [purpose])).out, /^Made/)
  }
})

test('the seal is rotated beside a running server, which then reads its keys as before', async (t) => {
  const server = await started(t)
  const file = join(server.folder, 'seal-key')
  const before = await readFile(file, 'utf8')
  const { out, err } = await rotate(server, ['seal'])
  assert.match(out, /^\d+ secrets are sealed anew/)
  assert.ok(!`${out}${err}`.includes(before.trim()))
  assert.notEqual(await readFile(file, 'utf8'), before)
  const signing = await server.edge?.keys.commandKey(PRODUCT)
  assert.ok(signing)
  await server.tick()
  await server.stop()
  await server.start()
  assert.equal((await server.edge?.keys.commandKey(PRODUCT))?.kid, signing.kid)
})

test('authenticator seeds that were stolen open nothing any more, and their people get a way in', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, seed } = await signing.withPassword()
  const { out } = await rotate(signing.server, ['totp'])
  const [line, ...others] = out.trimEnd().split('\n')
  assert.match(line ?? '', /^ada\thttp:\/\/localhost:\d+\/welcome#fwi_/)
  assert.deepEqual(others, [])

  // Whoever has the seed and even the password is not let in, and nobody stays in.
  signing.pass(60)
  const code = signing.code(seed)
  const stolen = await signing
    .visitor()
    .post('/sign-in', { login: 'ada', password: PASSWORD, code })
  assert.deepEqual([stolen.status, stolen.code], [401, 'SIGN_IN_REFUSED'])
  assert.match((await visitor.get('/account')).headers.get('location') ?? '', /^\/sign-in/)

  const link = line?.split('#')[1] ?? ''
  const anew = await signing.begin(link)
  const page = (await anew.get('/welcome/way')).text
  const next = seedOn(page)
  assert.notDeepEqual(next, seed)
  const typed = { password: PASSWORD, again: PASSWORD, code: signing.code(next) }
  const answer = await anew.post('/welcome/password', typed)
  assert.equal(answer.headers.get('location'), '/account/codes', answer.text)
  assert.equal((await rotate(signing.server, ['totp'])).out.split('\n').length, 2)
})

test('what cannot be rotated is told in a sentence', async (t) => {
  const server = await started(t)
  const usage = { name: 'UsageError' }
  await assert.rejects(rotate(server, []), usage)
  await assert.rejects(rotate(server, ['root']), usage)
  await assert.rejects(rotate(server, ['director']), usage)
  await assert.rejects(rotate(server, ['fleet-ca'], ofProduct), usage)
  const refused = { name: 'CommandRefused', message: new RegExp(PRODUCT) }
  await assert.rejects(rotate(server, ['director'], { product: 'lamp' }), refused)
})

test('a process takes the key from its environment, and opens nothing without it', async (t) => {
  const server = await started(t)
  await server.stop()
  const former = { keyFile: join(server.folder, 'seal-key') }
  const settings = join(server.folder, 'server.json')
  const secrets = { keyEnvironment: 'FLEETWARD_SEAL', former }
  await writeFile(settings, JSON.stringify(await settingsOf(server, { secrets })))
  const run = (environment: Record<string, string>): Promise<{ code: number; err: string }> =>
    new Promise((resolve) => {
      const words = ['rotate', 'director', '--product', PRODUCT, '--settings', settings]
      const env = { ...process.env, ...environment }
      execFile(PROGRAM, words, { env }, (error, _out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, err })
      })
    })
  const moved = await run({ FLEETWARD_SEAL: randomBytes(32).toString('base64') })
  assert.equal(moved.code, 0, moved.err)
  const without = await run({})
  assert.deepEqual([without.code, /FLEETWARD_SEAL is not set/.test(without.err)], [1, true])
})
