/** Who gets into the operator API, and what it answers to those who do not fit. */
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { PRODUCT } from '../support/desk.ts'
import { TestServer } from '../support/test-server.ts'

/** fetch does not let a test choose the Host header. */
function statusFor(server: TestServer, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const url = server.url('/healthz')
    httpRequest(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

// CRA P-048
test('the administrator token is made once, is readable by its owner alone, and is not in the database', async (t) => {
  const server = await TestServer.start(t)
  const file = join(server.folder, 'admin-token')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const token = (await readFile(file, 'utf8')).trim()
  await server.stop()
  await server.start()
  assert.equal((await readFile(file, 'utf8')).trim(), token)
  await server.stop()
  const database = await readFile(join(server.folder, 'fleetward.db'))
  assert.equal(database.includes(token), false)
})

// CRA P-067
test('no private key lies in the data folder as it is, and what opens them is its user’s alone', async (t) => {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  const files = await readdir(server.folder, { recursive: true, withFileTypes: true })
  for (const file of files.filter((each) => each.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name))
    assert.ok(!bytes.includes('PRIVATE KEY'), file.name)
  }
  assert.equal((await stat(join(server.folder, 'seal-key'))).mode & 0o777, 0o600)
  assert.equal((await stat(server.folder)).mode & 0o777, 0o700)
})

const strangers: [what: string, authorization: string][] = [
  ['no token', ''],
  ['another token', `Bearer fwa_${'A'.repeat(43)}`],
  ['an empty token', 'Bearer '],
  ['another scheme', 'Basic YWRtaW46YWRtaW4='],
]
// CRA P-d0
test('nothing below /api/1 answers a stranger, whether it exists or not', async (t) => {
  const server = await TestServer.start(t)
  for (const [what, authorization] of strangers) {
    await t.test(what, async () => {
      for (const path of ['/products', '/openapi.json', '/no-such-thing']) {
        const { status, body, headers } = await server.call('GET', path, undefined, {
          authorization,
        })
        assert.deepEqual([status, body.code], [401, 'ACCESS_DENIED'])
        assert.equal(headers.get('www-authenticate'), 'Bearer realm="fleetward"')
      }
    })
  }
})

test('a page that rebinds its name to this machine is refused', async (t) => {
  const server = await TestServer.start(t)
  assert.equal(await statusFor(server, 'evil.example:8080'), 421)
  assert.equal(await statusFor(server, 'localhost.evil.example'), 421)
  assert.equal(await statusFor(server, 'localhost:8080'), 200)
  assert.equal(await statusFor(server, '[::1]:8080'), 200)
  assert.equal(await statusFor(server, 'updates.example.com'), 200)
})

const badBodies: [
  what: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  status: number,
  code: string,
][] = [
  [
    'compressed with gzip',
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    gzipSync('{}'),
    415,
    'BODY_ENCODING_UNSUPPORTED',
  ],
  [
    'compressed with Brotli',
    { 'content-type': 'application/json', 'content-encoding': 'br' },
    brotliCompressSync('{}'),
    415,
    'BODY_ENCODING_UNSUPPORTED',
  ],
  [
    'a form',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'id=x',
    415,
    'BODY_TYPE_UNSUPPORTED',
  ],
  [
    'text that a browser sends without asking',
    { 'content-type': 'text/plain' },
    '{"id":"x"}',
    415,
    'BODY_TYPE_UNSUPPORTED',
  ],
  ['no JSON', { 'content-type': 'application/json' }, '{', 400, 'BODY_INVALID'],
  [
    'too large',
    { 'content-type': 'application/json' },
    `{"id":"${'x'.repeat(70_000)}"}`,
    413,
    'BODY_TOO_LARGE',
  ],
  [
    'a name that is none',
    { 'content-type': 'application/json' },
    '{"id":"../x"}',
    400,
    'REQUEST_INVALID',
  ],
  [
    'an unknown field',
    { 'content-type': 'application/json' },
    '{"id":"x","admin":true}',
    400,
    'REQUEST_INVALID',
  ],
]
test('a body that does not fit is refused with a code', async (t) => {
  const server = await TestServer.start(t)
  const token = (await readFile(join(server.folder, 'admin-token'), 'utf8')).trim()
  for (const [what, headers, body, status, code] of badBodies) {
    await t.test(`${what}: ${code}`, async () => {
      const response = await fetch(server.url('/api/1/products'), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...headers },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      })
      const problem = (await response.json()) as { code: string; status: number }
      assert.deepEqual([response.status, problem.code], [status, code])
      assert.equal(problem.status, status)
    })
  }
  assert.deepEqual((await server.call('GET', '/products')).body, [])
})

test('unknown addresses are 404, known ones with another method 405 with the methods they know', async (t) => {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  assert.equal((await server.call('GET', '/nothing')).body.code, 'NOT_FOUND')
  const answer = await server.call('DELETE', '/products')
  assert.deepEqual([answer.status, answer.body.code], [405, 'METHOD_NOT_ALLOWED'])
  assert.equal(answer.headers.get('allow'), 'GET, POST')
  const below = await server.of('DELETE', '/rollouts/x')
  assert.equal(below.headers.get('allow'), 'GET, PATCH')
  assert.equal((await server.of('GET', '/rollouts/x')).body.code, 'NO_SUCH_ROLLOUT')
})

test('answers are not to be stored, and say nothing of what serves them', async (t) => {
  const server = await TestServer.start(t)
  const { headers } = await server.call('GET', '/products')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('x-powered-by'), null)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
})

test('a product exists once', async (t) => {
  const server = await TestServer.start(t)
  const first = await server.call('POST', '/products', { id: PRODUCT })
  assert.equal(first.status, 201)
  const second = await server.call('POST', '/products', { id: PRODUCT })
  assert.deepEqual([second.status, second.body.code], [409, 'PRODUCT_EXISTS'])
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  assert.deepEqual(body, first.body)
  assert.deepEqual(Object.keys(body.trust), ['director.jwks', 'commands.jwks', 'fleet-ca.pem'])
  assert.equal(JSON.stringify(body).includes('PRIVATE'), false)
})
