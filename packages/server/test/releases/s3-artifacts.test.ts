import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { type S3ArtifactSettings, S3Artifacts } from '../../src/adapters/s3/s3-artifacts.ts'
import { S3Connection } from '../../src/adapters/s3/s3-connection.ts'
import { readStored } from '../../src/artifacts/stored-file.ts'
import {
  artifactSuite,
  bytes,
  chunks,
  expected,
  sha256,
  sha256Of,
} from '../support/artifact-suite.ts'
import { endings } from '../support/edge-under-test.ts'
import { S3Door } from '../support/s3-door.ts'
import { S3Server } from '../support/s3-server.ts'

const ends = endings()
const now = () => new Date()
let server: S3Server
let door: S3Door
let places = 0

before(async () => {
  server = await S3Server.start(ends)
  door = await S3Door.before(ends, server)
})
after(() => ends.endAll())

/** A prefix of its own in the bucket, for each test. */
async function open(t: TestContext, change: Partial<S3ArtifactSettings> = {}) {
  places += 1
  const logged: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
  const settings = {
    ...{ ...server.settings, endpoint: door.endpoint, prefix: `test-${places}/` },
    ...change,
  }
  const store = await S3Artifacts.open(settings, { now, log })
  t.after(() => store.stop())
  return { store, settings, logged, names: () => namesIn(settings) }
}

async function namesIn(settings: S3ArtifactSettings): Promise<string[]> {
  const connection = await S3Connection.open(
    { ...settings, endpoint: server.settings.endpoint },
    now,
  )
  const query = { 'list-type': '2', prefix: settings.prefix }
  const { body } = await connection.ask({ method: 'GET', key: '', query })
  connection.close()
  return [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key)
}

artifactSuite('S3', (t) => open(t))

test('an object’s name is the prefix and the digest', async (t) => {
  const { store, settings, names } = await open(t)
  await store.receive(chunks(bytes), expected)
  assert.deepEqual(await names(), [`${settings.prefix}${sha256.slice(0, 2)}/${sha256.slice(2)}`])
})

test('a server that is killed in the middle of an upload leaves nothing that anybody can see', async (t) => {
  const content = Buffer.alloc(20_000_000, 1)
  const promised = { sha256: sha256Of(content), length: content.length }
  const network = await S3Door.before(t, server)
  const { store, settings, names } = await open(t)
  const program = fileURLToPath(new URL('../support/upload-process.ts', import.meta.url))
  const job = { settings: { ...settings, endpoint: network.endpoint }, ...promised }
  const upload = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: 'ignore' })
  // One part of it is there.
  while (!network.requests.some(({ path }) => path.includes('partNumber=2'))) {
    assert.equal(upload.exitCode, null, 'the upload is under way')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const ended = once(upload, 'exit')
  upload.kill('SIGKILL')
  await ended
  assert.equal(await store.find(promised.sha256), undefined)
  assert.deepEqual(await names(), [])
  await store.receive(chunks(content), promised)
  assert.equal((await store.find(promised.sha256))?.length, content.length)
})

test('what fails for the moment is tried again', async (t) => {
  const network = await S3Door.before(t, server)
  const { store } = await open(t, { endpoint: network.endpoint })
  for (const status of [503, 500, 503]) network.refuse.push({ method: 'PUT', status })
  await store.receive(chunks(bytes), expected)
  assert.equal(network.refuse.length, 0)
  assert.deepEqual(await readStored(store, sha256), bytes)
})

test('an answer that is lost after the parts were put together is no failure', async (t) => {
  const network = await S3Door.before(t, server)
  const { store } = await open(t, { endpoint: network.endpoint })
  const content = Buffer.alloc(9_000_000, 3)
  const promised = { sha256: sha256Of(content), length: content.length }
  network.loseNextAnswer = ({ method, path }) => method === 'POST' && path.includes('uploadId=')
  await store.receive(chunks(content), promised)
  assert.equal(network.loseNextAnswer, undefined)
  assert.equal((await store.find(promised.sha256))?.length, content.length)
})

test('parts of an upload that failed are given up', async (t) => {
  const network = await S3Door.before(t, server)
  const { store } = await open(t, { endpoint: network.endpoint })
  const body = chunks(Buffer.alloc(9_000_000, 4))
  await assert.rejects(store.receive(body, { sha256, length: 9_000_000 }), {
    code: 'DIGEST_MISMATCH',
  })
  assert.ok(
    network.requests.some(({ method, path }) => method === 'DELETE' && /uploadId=/.test(path)),
  )
})

test('a download that breaks on the way from the store goes on where it broke', async (t) => {
  const network = await S3Door.before(t, server)
  const { store } = await open(t, { endpoint: network.endpoint })
  const content = Buffer.alloc(3_000_000, 5)
  content.write('somewhere in the middle', 1_500_000)
  const name = sha256Of(content)
  await store.receive(chunks(content), { sha256: name, length: content.length })
  network.cutNextBodyAfter = 1_000_000
  network.requests.length = 0
  assert.equal(sha256Of((await readStored(store, name)) ?? Buffer.of()), name)
  assert.equal(network.requests.filter(({ method }) => method === 'GET').length, 2)
})

test('a store that is away is said to be away, at start, in readiness and to whoever uploads', async (t) => {
  const away = { endpoint: 'http://127.0.0.1:1' }
  const { store, logged } = await open(t, away)
  assert.match(logged.join(), /cannot be reached/)
  await assert.rejects(store.probe(), { name: 'S3Unreachable' })
  await assert.rejects(store.receive(chunks(bytes), expected), {
    ...{ status: 503, code: 'STORE_UNREACHABLE' },
  })
})

const mistakes: [what: string, change: Partial<S3ArtifactSettings>, next: RegExp][] = [
  ['a bucket that is not there', { bucket: 'no-such-bucket' }, /artifacts\.bucket/],
  ['an access key that is unknown', { accessKeyIdFile: 'other' }, /artifacts\.accessKeyIdFile/],
  [
    'a secret key that is wrong',
    { secretAccessKeyFile: 'other' },
    /artifacts\.secretAccessKeyFile/,
  ],
]
for (const [what, change, next] of mistakes) {
  test(`${what}: refused with the next step, at start too, and no key is in it`, async (t) => {
    const other = join(server.folder, 'other')
    await writeFile(other, 'not-the-right-one')
    const named = Object.fromEntries(
      Object.entries(change).map(([name, value]) => [name, value === 'other' ? other : value]),
    )
    const { store, logged } = await open(t, named)
    await assert.rejects(store.probe(), next)
    await assert.rejects(store.receive(chunks(bytes), expected), { message: next })
    assert.match(logged.join(), next)
    assert.doesNotMatch(logged.join(), /not-the-right-one|S3RVER/)
  })
}

test('keys that are exchanged while the server runs are used from then on', async (t) => {
  const keys = join(server.folder, 'exchanged')
  await writeFile(keys, 'old')
  const { store } = await open(t, { secretAccessKeyFile: keys })
  await assert.rejects(store.probe(), { code: 'SignatureDoesNotMatch' })
  await writeFile(keys, 'S3RVER')
  await store.probe()
})

test('a link opens the artifact to whoever has it, and nothing else', async (t) => {
  const { store } = await open(t, { presign: true })
  await store.receive(chunks(bytes), expected)
  const link = (await (await store.find(sha256))?.link?.()) ?? ''
  assert.deepEqual(await get(link), { status: 200, body: bytes.toString() })
  const changed = link.replace(/(?<=Signature=)./, (digit) => (digit === '0' ? '1' : '0'))
  assert.equal((await get(changed)).status, 403)
  assert.equal((await get(link.split('?')[0] ?? '')).status, 403)
  const { store: without } = await open(t)
  await without.receive(chunks(bytes), expected)
  assert.equal((await without.find(sha256))?.link, undefined)
})

test('over TLS only a store of the named authority is believed', async (t) => {
  const ca = await TestAuthority.create('store CA')
  const { certificate, key } = await ca.server()
  const secure = await S3Server.start(t, { tls: { certificate, key, ca: ca.pem } })
  const log = pino({ level: 'silent' })
  const store = await S3Artifacts.open(secure.settings, { now, log })
  t.after(() => store.stop())
  await store.receive(chunks(bytes), expected)
  assert.deepEqual(await readStored(store, sha256), bytes)
  const { caFile: _caFile, ...unnamed } = secure.settings
  const stranger = await S3Artifacts.open(unnamed, { now, log })
  t.after(() => stranger.stop())
  await assert.rejects(stranger.probe(), /SELF_SIGNED|UNABLE_TO|DEPTH_ZERO/)
})

async function get(url: string): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
  request(url, async (response) => {
    let body = ''
    for await (const block of response) body += block
    resolve({ status: response.statusCode ?? 0, body })
  })
    .on('error', reject)
    .end()
  return promise
}
