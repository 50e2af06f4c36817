/** The command as an operator runs it: a process of its own, through a link, from another folder. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { ListenError } from '../../src/http/listen.ts'
import { startServer } from '../../src/server.ts'
import { parseSettings } from '../../src/settings.ts'

const COMMAND = join(import.meta.dirname, '../../bin/fleetward-server')
const anyPort = { public: 0, device: 0, mqtt: 0, operator: 0 }

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-command-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function start(t: TestContext, args: readonly string[], command = COMMAND): ChildProcess {
  const child = spawn(command, args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function ended(
  child: ChildProcess,
): Promise<{ code: number | null; out: string; err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (bytes) => (out += bytes))
  child.stderr?.on('data', (bytes) => (err += bytes))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

async function withSettings(folder: string, settings: unknown): Promise<string[]> {
  const file = join(folder, 'settings.json')
  await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings))
  return ['--settings', file]
}

test('it starts, says where it listens, and ends in good order on SIGTERM', async (t) => {
  const folder = await folderFor(t)
  const settings = { dataFolder: join(folder, 'data'), host: ['localhost'], listen: anyPort }
  const link = join(folder, 'fleetward-server')
  await symlink(COMMAND, link)
  const child = start(t, await withSettings(folder, settings), link)
  const finished = ended(child)
  const events: Record<string, unknown>[] = []
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line) as Record<string, unknown>
    events.push(event)
    if (event.event !== 'ready') continue
    const response = await fetch(`http://127.0.0.1:${event.operator}/healthz`)
    assert.equal(response.status, 200)
    child.kill('SIGTERM')
  }
  assert.equal((await finished).code, 0)
  assert.equal(events.at(-1)?.event, 'stopped')
  const ready = events.find(({ event }) => event === 'ready')
  for (const port of ['public', 'device', 'mqtt', 'operator']) {
    assert.equal(typeof ready?.[port], 'number', port)
  }
})

test('a server whose log nobody reads any more goes on, and ends in good order', async (t) => {
  const folder = await folderFor(t)
  const settings = { dataFolder: join(folder, 'data'), host: ['localhost'], listen: anyPort }
  const child = start(t, await withSettings(folder, settings))
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) {
    if ((JSON.parse(line) as { event?: string }).event === 'ready') break
  }
  child.stdout.destroy()
  child.kill('SIGTERM')
  // It logs twice while it ends.
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('help shows examples and starts nothing', async (t) => {
  const { code, out } = await ended(start(t, ['--help']))
  assert.equal(code, 0)
  assert.match(out, /fleetward-server --settings/)
})

test('broker-acl prints the access file of an outside broker and starts nothing', async (t) => {
  const folder = await folderFor(t)
  const settings = { dataFolder: join(folder, 'data'), host: ['localhost'], listen: anyPort }
  const server = await startServer(parseSettings(settings), { log: pino({ enabled: false }) })
  await server.stop()
  const { code, out } = await ended(
    start(t, ['broker-acl', ...(await withSettings(folder, settings))]),
  )
  assert.equal(code, 0)
  assert.match(out, /^topic read ota\/1\/\+\/devices\/\+\/report$/m)
})

test('broker-certificate writes what an outside broker needs, from the authorities of this server', async (t) => {
  const folder = await folderFor(t)
  const settings = { dataFolder: join(folder, 'data'), host: ['localhost'], listen: anyPort }
  const words = ['broker-certificate', '--to', join(folder, 'broker'), '--host', 'mqtt.example.com']
  const { code, err } = await ended(start(t, [...words, ...(await withSettings(folder, settings))]))
  assert.equal(code, 0, err)
  const read = (name: string) => readFile(join(folder, 'broker', name), 'utf8')
  const certificate = new X509Certificate(await read('broker-certificate.pem'))
  assert.equal(certificate.subjectAltName, 'DNS:mqtt.example.com')
  assert.equal(certificate.verify(new X509Certificate(await read('server-ca.pem')).publicKey), true)
  assert.equal(certificate.checkPrivateKey(createPrivateKey(await read('broker-key.pem'))), true)
  assert.equal(new X509Certificate(await read('fleet-ca.pem')).ca, true)
  assert.equal((await stat(join(folder, 'broker', 'broker-key.pem'))).mode & 0o777, 0o600)
  assert.equal((await stat(join(folder, 'broker', 'server-password'))).mode & 0o777, 0o640)
  const [passwords, password] = [await read('server-passwords'), await read('server-password')]
  assert.match(passwords, /^fleetward-server:\$7\$101\$/)
  assert.ok(!passwords.includes(password.trim()))

  const again = await ended(start(t, [...words, ...(await withSettings(folder, settings))]))
  assert.equal(again.code, 0, again.err)
  assert.equal(await read('server-password'), password, 'servers that run know it still')
  assert.notEqual(await read('broker-certificate.pem'), String(certificate))
})

test('a command it does not know is wrong usage', async (t) => {
  const { code, err } = await ended(start(t, ['broker-alc']))
  assert.equal(code, 2)
  assert.match(err, /broker-alc/)
})

const refused: [what: string, settings: unknown, named: RegExp[]][] = [
  ['two mistakes', { host: [], listen: { mqtt: -1 } }, [/dataFolder/, /host/, /listen\.mqtt/]],
  [
    'production on a Node.js with known holes',
    { dataFolder: '/nowhere', host: ['localhost'], production: true },
    [/CVE-2026-111497/, /acceptVulnerableNode/],
  ],
]
for (const [what, settings, named] of refused) {
  test(`${what}: a sentence per mistake, exit code 2`, async (t) => {
    const args = await withSettings(await folderFor(t), settings)
    const { code, out, err } = await ended(start(t, args))
    assert.equal(code, 2)
    assert.equal(out, '')
    for (const name of named) assert.match(err, name)
    assert.doesNotMatch(err, /\n\s+at /)
  })
}

async function portInUse(t: TestContext): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  return (other.address() as AddressInfo).port
}

test('a port in use: a sentence, exit code 1', async (t) => {
  const port = await portInUse(t)
  const folder = await folderFor(t)
  const listen = { ...anyPort, operator: port }
  const settings = { dataFolder: join(folder, 'data'), host: ['localhost'], listen }
  const { code, err } = await ended(start(t, await withSettings(folder, settings)))
  assert.equal(code, 1)
  assert.match(err, new RegExp(`^fleetward-server: Port ${port} .*"listen\\.operator"`, 'm'))
})

for (const setting of ['operator', 'public', 'device', 'mqtt'] as const) {
  test(`the ${setting} port in use: the port and its setting are named, the others are closed again`, async (t) => {
    const port = await portInUse(t)
    const settings = parseSettings({
      dataFolder: await folderFor(t),
      host: ['localhost'],
      listen: { ...anyPort, [setting]: port },
    })
    const log = pino({ level: 'silent' })
    await assert.rejects(startServer(settings, { log }), (error) => {
      assert.ok(error instanceof ListenError)
      assert.match(error.message, new RegExp(`Port ${port} .*"listen\\.${setting}"`))
      return true
    })
    // Everything was closed again: the same folder can be started at once.
    const running = await startServer(
      { ...settings, listen: { ...settings.listen, [setting]: 0 } },
      { log },
    )
    await running.stop()
  })
}
