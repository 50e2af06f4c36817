import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import zlib from 'node:zlib'
import { explain } from '../explain.ts'
import { ApiClient } from './api-client.ts'

async function serverThat(t: TestContext, answers: RequestListener): Promise<ApiClient> {
  const server = createServer(answers)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return new ApiClient({ url: `http://127.0.0.1:${port}`, token: 'secret-token' })
}

for (const url of [
  'http://updates.example.com:8080',
  'http://127.0.0.1.example.com',
  'ftp://127.0.0.1',
  'localhost:8080',
  '',
]) {
  test(`the token never leaves in the clear: ${JSON.stringify(url)} is refused`, () => {
    assert.throws(() => new ApiClient({ url, token: 'x' }), {
      code: 'SERVER_URL_INVALID',
      exitCode: 2,
    })
  })
}

test('the token is sent as a bearer token and compression is not asked for', async (t) => {
  const client = await serverThat(t, (request, response) => {
    const { authorization } = request.headers
    response.end(JSON.stringify({ authorization, encoding: request.headers['accept-encoding'] }))
  })
  assert.deepEqual(await client.get('/products'), {
    authorization: 'Bearer secret-token',
    encoding: 'identity',
  })
})

test('an answer that comes compressed all the same is refused, not decoded', async (t) => {
  const client = await serverThat(t, (_request, response) => {
    response.setHeader('content-encoding', 'br')
    response.end(zlib.brotliCompressSync('{"id":"lumen"}'))
  })
  await assert.rejects(client.get('/products'), { code: 'SERVER_REFUSED' })
})

test('what the server says went wrong keeps its code and facts', async (t) => {
  const client = await serverThat(t, (_request, response) => {
    response.writeHead(409, { 'content-type': 'application/problem+json' })
    response.end(
      JSON.stringify({
        code: 'RELEASE_EXISTS',
        title: 'There already',
        facts: { version: '1.4.3' },
      }),
    )
  })
  await assert.rejects(client.post('/x'), {
    code: 'RELEASE_EXISTS',
    exitCode: 1,
    facts: { status: 409, version: '1.4.3' },
  })
})

/** A refusal as a person reads it. */
async function refused(t: TestContext, status: number, problem: object) {
  const client = await serverThat(t, (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(problem))
  })
  return explain(await client.post('/x').catch((error: unknown) => error))
}

test('a refused permission is named with the roles that have it, and the commands that give it', async (t) => {
  const { message, next } = await refused(t, 403, {
    ...{ code: 'NOT_PERMITTED', title: 'Not permitted' },
    facts: { permission: 'release.publish', roles: 'releaseManager, administrator' },
  })
  assert.equal(
    message,
    'Not permitted – permission: release.publish, roles: releaseManager, administrator',
  )
  assert.match(next, /fleetward tokens create <name> --scope <permission>/)
  assert.match(next, /fleetward accounts grant <account> <role>@<product>/)
})

test('a token that opens nothing is answered with where one is made', async (t) => {
  const { next } = await refused(t, 401, { code: 'ACCESS_DENIED', title: 'Sign in' })
  assert.match(next, /console under Settings, API tokens.*fleetward accounts --help/)
})

test('of codes a person reads one, and a program all', async (t) => {
  const { code, message, facts } = await refused(t, 422, {
    ...{ code: 'FEED_REFUSED', title: 'The feed is not taken', facts: { reason: 'FEED_CORRUPT' } },
  })
  assert.deepEqual([code, message], ['FEED_REFUSED', 'The feed is not taken'])
  assert.equal(facts.reason, 'FEED_CORRUPT')
})

test('a redirect is not followed', async (t) => {
  const seen: string[] = []
  const client = await serverThat(t, (request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await assert.rejects(client.get('/products'), { code: 'SERVER_REFUSED' })
  assert.deepEqual(seen, ['/api/1/products'])
})

test('an answer without end is given up on', async (t) => {
  const client = await serverThat(t, (_request, response) => {
    const part = Buffer.alloc(1024 * 1024, 0x20)
    const more = () => {
      while (response.write(part));
      response.once('drain', more)
    }
    more()
  })
  await assert.rejects(client.get('/products'), { code: 'ANSWER_TOO_LONG' })
})

test('an answer cut off half-way is an error, not half an answer', async (t) => {
  const client = await serverThat(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"id":', () => response.destroy())
  })
  await assert.rejects(client.get('/products'), { code: 'SERVER_UNREACHABLE' })
})

test('a server that is not there is named, with the next step', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const client = new ApiClient({ url: `http://127.0.0.1:${port}`, token: 'x' })
  await assert.rejects(client.get('/products'), { code: 'SERVER_UNREACHABLE', exitCode: 1 })
})

test('a file is sent with its length, byte for byte, and progress is told', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-upload-'))
  t.after(() => rm(folder, { recursive: true }))
  const content = Buffer.alloc(600_000, 'abc')
  await writeFile(join(folder, 'file'), content)
  const client = await serverThat(t, async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    response.end(
      JSON.stringify({
        length: request.headers['content-length'],
        same: Buffer.concat(parts).equals(content),
      }),
    )
  })
  const told: number[] = []
  const answer = await client.putFile('/f', {
    file: join(folder, 'file'),
    length: content.length,
    onProgress: (sent) => told.push(sent),
  })
  assert.deepEqual(answer, { length: '600000', same: true })
  assert.equal(told.at(-1), 600_000)
})
