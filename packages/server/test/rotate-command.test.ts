/** `fleetward-server rotate` beside a server that runs, as a process of its own. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PRODUCT } from './support/desk.ts'
import { databaseSettings } from './support/server-database.ts'
import { TestServer } from './support/test-server.ts'

const PROGRAM = fileURLToPath(new URL('../bin/fleetward-server', import.meta.url))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment }
    execFile(PROGRAM, args, { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

async function withSettings(server: TestServer, more: object = {}): Promise<string> {
  const file = join(server.folder, 'server.json')
  const settings = {
    ...{ dataFolder: server.folder, host: ['updates.example.com'] },
    ...(await databaseSettings(server.folder)),
    ...more,
  }
  await writeFile(file, JSON.stringify(settings))
  return file
}

async function started(t: TestContext) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const settings = await withSettings(server)
  const rotate = (...words: string[]) => run(['rotate', ...words, '--settings', settings])
  return { server, desk, rotate }
}

test('each key of a product is rotated by one command, which says what the desk has to sign', async (t) => {
  const { server, rotate } = await started(t)
  const waitingIds: string[] = []
  for (const purpose of ['director', 'commands', 'timestamp', 'snapshot']) {
    const { code, out, err } = await rotate(purpose, '--product', PRODUCT)
    assert.equal(code, 0, err)
    const { body } = await server.of('GET', '/keys')
    const waiting = body.keys.find(
      (key: { purpose: string; state: string }) =>
        key.purpose === purpose && key.state === 'waiting',
    )
    assert.ok(out.includes(waiting.id), purpose)
    assert.match(
      err,
      purpose === 'director' || purpose === 'commands' ? /--role targets/ : /root rotate/,
    )
    waitingIds.push(waiting.id)
  }
  const again = await rotate('director', '--product', PRODUCT)
  assert.ok(again.out.includes(waitingIds[0] ?? 'one'))
  assert.deepEqual((await server.of('GET', '/keys')).body.toSign, ['root', 'targets'])
})

test('the authorities and the TLS key are rotated by one command each', async (t) => {
  const { rotate } = await started(t)
  for (const purpose of ['fleet-ca', 'server-ca', 'tls']) {
    const { code, err } = await rotate(purpose)
    assert.equal(code, 0, err)
  }
})

test('the seal is rotated beside a running server, which then reads its keys as before', async (t) => {
  const { server, rotate } = await started(t)
  const before = await readFile(join(server.folder, 'seal-key'), 'utf8')
  const { code, out, err } = await rotate('seal')
  assert.equal(code, 0, err)
  assert.match(out, /^\d+ secrets are sealed anew/)
  assert.ok(!`${out}${err}`.includes(before.trim()))
  assert.notEqual(await readFile(join(server.folder, 'seal-key'), 'utf8'), before)
  const signing = await server.edge?.keys.commandKey(PRODUCT)
  assert.ok(signing)
  await server.tick()
  await server.stop()
  await server.start()
  assert.equal((await server.edge?.keys.commandKey(PRODUCT))?.kid, signing.kid)
})

test('the key of the environment opens the server, and nothing without it does', async (t) => {
  const { server } = await started(t)
  await server.stop()
  const settings = await withSettings(server, {
    secrets: {
      keyEnvironment: 'FLEETWARD_SEAL',
      former: { keyFile: join(server.folder, 'seal-key') },
    },
  })
  const key = { FLEETWARD_SEAL: randomBytes(32).toString('base64') }
  const words = ['rotate', 'director', '--product', PRODUCT, '--settings', settings]
  assert.equal((await run(words, key)).code, 0)
  const without = await run(words)
  assert.equal(without.code, 1)
  assert.match(without.err, /FLEETWARD_SEAL is not set/)
  const other = await run(words, { FLEETWARD_SEAL: randomBytes(32).toString('base64') })
  assert.equal(other.code, 1)
  assert.match(other.err, /former/)
})

const mistakes: [words: string[], code: number, says: RegExp][] = [
  [[], 2, /Say what to rotate/],
  [['root'], 2, /Say what to rotate/],
  [['director'], 2, /--product/],
  [['fleet-ca', '--product', PRODUCT], 2, /whole server/],
  [['director', '--product', 'lamp'], 1, new RegExp(PRODUCT)],
]
test('a mistake of the command line is told in a sentence', async (t) => {
  const { rotate } = await started(t)
  for (const [words, code, says] of mistakes) {
    const ended = await rotate(...words)
    assert.equal(ended.code, code, words.join(' '))
    assert.match(ended.err, says)
    assert.doesNotMatch(ended.err, /^ +at /m)
  }
})
