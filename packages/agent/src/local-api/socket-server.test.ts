/** The local API against whoever reaches its socket: every process of this machine's owner may be hostile. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { RequestError } from '@fleetward/shared'
import { AgentClient, AgentRefusal } from './client.ts'
import type { LocalRequest, LocalRoute } from './route.ts'
import { SocketServer } from './socket-server.ts'

let folder: string
let path: string
let server: SocketServer
let asked: LocalRequest[]
let unforeseen: unknown[]

const route = (more: Partial<LocalRoute>): LocalRoute => ({
  ...{ method: 'POST', path: '/1/thing', summary: 'A thing.', forPage: true },
  answer: async (seen) => {
    asked.push(seen)
    return { json: { done: true } }
  },
  ...more,
})
const routes = () => [
  pickyRoute,
  route({}),
  route({
    path: '/1/refused',
    answer: async () => {
      throw new RequestError('NOT_ALLOWED', { by: 'test' })
    },
  }),
  route({
    path: '/1/broken',
    answer: async () => {
      throw new Error('a bug, with /secret/paths')
    },
  }),
  route({
    method: 'PUT',
    path: '/1/upload',
    takesUpload: true,
    answer: async ({ upload = [] as never }) => {
      let length = 0
      for await (const block of upload) length += block.length
      return { json: { length } }
    },
  }),
]

/** Refuses after the first block, as a bundle that is none is refused. */
const pickyRoute = route({
  method: 'PUT',
  path: '/1/picky',
  takesUpload: true,
  answer: async ({ upload = [] as never }) => {
    for await (const _ of upload) throw new RequestError('NOT_ALLOWED', { by: 'test' })
    return { json: {} }
  },
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-api-'))
  path = join(folder, 'run', 'agent.sock')
  asked = []
  unforeseen = []
  server = open()
  await server.listen()
})
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

function open(): SocketServer {
  return new SocketServer({
    path,
    routes: routes(),
    log: { write: () => {} },
    onFailed: (error) => unforeseen.push(error),
  })
}

function raw(method: string, url: string, body?: string, headers = {}): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>()
  const outgoing = request({ socketPath: path, method, path: url, headers })
  outgoing.on('response', (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
  outgoing.end(body)
  return promise
}

test('the socket lies where only the agent’s user and group come', async () => {
  assert.equal((await stat(path)).mode & 0o777, 0o660)
  assert.equal((await stat(join(folder, 'run'))).mode & 0o007, 0)
})

test('a folder that is there keeps its mode: it may be the whole system’s', async () => {
  await server.stop()
  await chmod(folder, 0o755)
  const beside = new SocketServer({
    ...{ path: join(folder, 'agent.sock'), routes: routes(), log: { write: () => {} } },
    onFailed: (error) => unforeseen.push(error),
  })
  await beside.listen()
  assert.equal((await stat(folder)).mode & 0o777, 0o755)
  assert.equal((await stat(join(folder, 'agent.sock'))).mode & 0o777, 0o660)
  await beside.stop()
})

test('a call is answered, and the way it came by is known', async () => {
  const client = new AgentClient(path)
  assert.deepEqual(
    { ...((await client.json('/1/thing', { method: 'POST' })) as object) },
    { done: true },
  )
  await raw('POST', '/1/thing', undefined, { 'fleetward-way': 'product' })
  await raw('POST', '/1/thing', undefined, { 'fleetward-way': 'server' })
  assert.deepEqual(
    asked.map(({ by }) => by),
    ['cli', 'product', 'cli'],
  )
})

test('who still sends when it is refused hears why, however long he goes on', async () => {
  const client = new AgentClient(path)
  const refusedWith = async (blocks: AsyncIterable<Buffer>) => {
    const call = client.json('/1/picky', { method: 'PUT', upload: Readable.from(blocks) })
    return call.then(
      () => 'taken',
      (error: { code?: string; name: string }) => error.code ?? error.name,
    )
  }
  async function* slowly() {
    for (let block = 0; block < 5; block += 1) {
      yield Buffer.alloc(1000)
      await setTimeout(20)
    }
  }
  async function* long() {
    for (let block = 0; block < 200; block += 1) yield Buffer.alloc(64 * 1024)
  }
  // Which of the two comes first is chance: the end of the connection, or the refusal before it.
  for (let round = 0; round < 4; round += 1) {
    const calls = Array.from({ length: 15 }, () => [slowly(), long()].map(refusedWith)).flat()
    assert.deepEqual(new Set(await Promise.all(calls)), new Set(['NOT_ALLOWED']))
  }
})

test('a refusal has a code, a sentence and a next step', async () => {
  const call = new AgentClient(path).json('/1/refused', { method: 'POST' })
  await assert.rejects(call, (error: Error) => {
    assert.ok(error instanceof AgentRefusal)
    assert.equal(error.code, 'NOT_ALLOWED')
    assert.match(error.message, /settings/)
    return true
  })
})

test('a bug tells nobody outside what it was', async () => {
  const ended = await raw('POST', '/1/broken')
  assert.equal(ended, 'ECONNRESET')
  assert.equal(unforeseen.length, 1)
})

for (const [what, body] of [
  ['no JSON', '{'],
  ['a duplicate key', '{"a":1,"a":2}'],
  ['a prototype', '{"__proto__":{"x":1}}'],
  ['a fraction', '{"a":1.5}'],
  ['too much', `{"a":"${'x'.repeat(70_000)}"}`],
  ['too deep', `${'['.repeat(100)}${']'.repeat(100)}`],
] as const) {
  test(`a body with ${what} is refused and reaches no route`, async () => {
    assert.equal(await raw('POST', '/1/thing', body), 400)
    assert.deepEqual(asked, [])
  })
}

for (const [method, url] of [
  ['GET', '/1/thing'],
  ['POST', '/1/thing/'],
  ['POST', '/1/../1/thing'],
  ['POST', '//1/thing'],
  ['POST', '/1/thing%00'],
  ['DELETE', '/'],
  ['GET', '/etc/passwd'],
] as const) {
  test(`${method} ${url} is nothing`, async () => {
    assert.equal(await raw(method, url), 404)
    assert.deepEqual(asked, [])
  })
}

test('headers without end are cut off', async () => {
  const socket = connect(path)
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => {
    let heard = ''
    socket.on('data', (data) => {
      heard += data
    })
    socket.once('close', () => resolve(heard))
  })
  socket.write('GET /1/thing HTTP/1.1\r\nhost: agent\r\n')
  socket.write(`x: ${'y'.repeat(20_000)}\r\n`)
  assert.match(await closed, /431/)
})

test('an upload is passed on piece by piece', async () => {
  const client = new AgentClient(path)
  const pieces = Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024))
  const json = await client.json('/1/upload', { method: 'PUT', upload: Readable.from(pieces) })
  assert.equal((json as { length: number }).length, 4 * 1024 * 1024)
})

test('the socket of an agent that was killed is taken over', async () => {
  // Left behind by a process that never removed it.
  await server.stop()
  const dead = createServer()
  await new Promise<void>((resolve) => dead.listen(path, resolve))
  await rename(path, `${path}.kept`)
  await new Promise<void>((resolve) => dead.close(() => resolve()))
  await rename(`${path}.kept`, path)
  server = open()
  await server.listen()
  assert.equal(await raw('POST', '/1/thing'), 200)
})

for (const [what, make] of [
  ['somebody’s file', () => writeFile(path, 'mine')],
  ['a link', () => symlink('/etc/hostname', path)],
] as const) {
  test(`${what} in the place of the socket is neither removed nor followed`, async () => {
    await server.stop()
    await rm(path, { force: true })
    await make()
    await assert.rejects(open().listen(), { code: 'DISK_FAILED' })
    assert.ok(await stat(path))
  })
}

test('a second agent does not take the socket of the first', async () => {
  await assert.rejects(open().listen(), { code: 'DISK_FAILED' })
  assert.equal(await raw('POST', '/1/thing'), 200)
})
