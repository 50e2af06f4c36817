/** A public listener that was taken over, or changes while its site is copied: the desk writes nothing that it should not. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exportSite } from '../../packages/cli/src/site/export-site.ts'
import { PublicListener } from '../../packages/cli/src/site/public-listener.ts'
import { runHere } from '../../packages/cli/test/run-here.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { TestAuthority } from '../support/test-certificates.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const ended = endings()
const FIRMWARE = 'firmware'
const SHA256 = createHash('sha256').update(FIRMWARE).digest('hex')
let folder: string
let origin: string
/** By path with its query; what is not here is a page. */
let answers: Record<string, Answer> = {}

async function listening(authority: TestAuthority): Promise<Server> {
  const { certificate, key } = await authority.server()
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const answer = answers[request.url ?? ''] ?? text('<!doctype html>')
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ended.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

const originOf = (server: Server) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-hostile-'))
  ended.after(() => rm(folder, { recursive: true, force: true }))
  const authority = await TestAuthority.create()
  await writeFile(join(folder, 'ca.pem'), authority.pem)
  origin = originOf(await listening(authority))
})
after(() => ended.endAll())

const text =
  (body: string): Answer =>
  (_, response) =>
    response.end(body)
const leadsTo =
  (location: string): Answer =>
  (_, response) =>
    response.writeHead(307, { location }).end()
const endless: Answer = (_, response) => {
  const more = () => {
    while (response.write(Buffer.alloc(1024 ** 2))) if (response.destroyed) return
  }
  response.on('drain', more)
  more()
}

const listOf = (files: readonly object[], state = '0'.repeat(64)) =>
  text(
    JSON.stringify({
      ...{ format: 'fleetward-site/1', state, publicUrl: 'https://updates.lumen.example' },
      files: [{ path: '/', file: 'index.html' }, ...files],
    }),
  )
const artifact = { path: '/tuf/a', file: 'tuf/a', sha256: SHA256, length: FIRMWARE.length }

/** A byte now and then, for ever. */
const dripping: Answer = (_, response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write('x'), 20)
  response.on('close', () => clearInterval(timer))
}

const NOBODY = {
  ...{ note: () => {}, progress: () => {} },
  askSecret: () => assert.fail('nobody is there'),
  confirm: () => assert.fail('nobody is there'),
}

async function copied(given: Record<string, Answer>) {
  answers = given
  const words = ['--json', 'site', 'export', '--out', join(folder, 'site'), '--public-url', origin]
  const { exitCode, json } = await runHere([...words, '--server-ca', join(folder, 'ca.pem')])
  return { exitCode, code: json.error?.code }
}

for (const [what, code, given] of [
  [
    'a list that leads out of the folder',
    'SITE_LIST_INVALID',
    {
      '/site.json': listOf([{ path: '/x', file: '../../.profile' }]),
    },
  ],
  ['a list without end', 'SERVER_UNREACHABLE', { '/site.json': endless }],
  ['a page without end', 'SERVER_UNREACHABLE', { '/site.json': listOf([]), '/': endless }],
  [
    'a page somewhere else',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([]),
      '/': leadsTo('https://evil.example/'),
    },
  ],
  [
    'a page that breaks off',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([]),
      '/': (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half')
        setImmediate(() => response.destroy())
      },
    },
  ],
  [
    'an artifact with other bytes',
    'DIGEST_MISMATCH',
    {
      '/site.json': listOf([artifact]),
      '/tuf/a': text('Firmware'),
    },
  ],
  [
    'an artifact that is longer',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([artifact]),
      '/tuf/a': text(`${FIRMWARE}!`),
    },
  ],
  [
    'an artifact that lies on an open line',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([artifact]),
      '/tuf/a': leadsTo('http://127.0.0.1:1/a'),
    },
  ],
  [
    'an artifact whose store leads on to another',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([artifact]),
      '/tuf/a': (request, response) => leadsTo(`${origin}/store`)(request, response),
      '/store': (request, response) => leadsTo(`${origin}/store/a`)(request, response),
      '/store/a': text(FIRMWARE),
    },
  ],
  [
    'an artifact at an address with a password',
    'SERVER_UNREACHABLE',
    {
      '/site.json': listOf([artifact]),
      '/tuf/a': (request, response) =>
        leadsTo(`${origin.replace('//', '//us:them@')}/store/a`)(request, response),
      '/store/a': text(FIRMWARE),
    },
  ],
  [
    'artifacts that no disk has room for',
    'SITE_TOO_LONG',
    {
      '/site.json': listOf(
        Array.from({ length: 5_000 }, (_, index) => ({
          ...{ ...artifact, file: `tuf/${index}`, length: 16 * 1024 ** 3 },
        })),
      ),
    },
  ],
  [
    'a file that is in the way of a folder',
    'DISK_FAILED',
    {
      '/site.json': listOf([
        { path: '/a', file: 'a' },
        { path: '/b', file: 'a/b' },
      ]),
    },
  ],
] satisfies readonly (readonly [string, string, Record<string, Answer>])[]) {
  test(`${what} ends the copy, and nothing is left of it`, async () => {
    assert.deepEqual(await copied(given), { exitCode: 1, code })
    assert.deepEqual(await readdir(folder), ['ca.pem'])
  })
}

test('an artifact is taken from where the listener says that it lies, when its bytes are right', async () => {
  const store = { '/store/a?signature=1': text(FIRMWARE) }
  const there = { '/tuf/a': leadsTo(`${origin}/store/a?signature=1`) }
  const { exitCode } = await copied({ '/site.json': listOf([artifact]), ...there, ...store })
  assert.equal(exitCode, 0)
  assert.equal(await readFile(join(folder, 'site/tuf/a'), 'utf8'), FIRMWARE)
})

test('a store is asked for the artifact alone, by nobody in particular, however long the answer that led there', async () => {
  let asked: IncomingMessage['headers'] | undefined
  const { exitCode } = await copied({
    '/site.json': listOf([artifact]),
    '/tuf/a': (request, response) => {
      response.writeHead(307, { location: `${origin}/store/a`, 'set-cookie': 'a=b' })
      endless(request, response)
    },
    '/store/a': ({ headers }, response) => {
      asked = headers
      response.end(FIRMWARE)
    },
  })
  assert.equal(exitCode, 0)
  const names = Object.keys(asked ?? {}).toSorted()
  assert.deepEqual(names, ['accept-encoding', 'connection', 'host'])
})

for (const [what, given] of [
  ['a page that drips', { '/site.json': listOf([]), '/': dripping }],
  [
    'an artifact that drips',
    { '/site.json': listOf([{ ...artifact, length: 10_000 }]), '/tuf/a': dripping },
  ],
  ['a list that never begins', { '/site.json': () => {} }],
  [
    'a listener that always asks to come again',
    {
      '/site.json': (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
    },
  ],
] satisfies readonly (readonly [string, Record<string, Answer>])[]) {
  test(`${what} holds the copy no longer than its bytes are worth`, async () => {
    answers = given
    const out = join(folder, 'slow')
    const ca = await readFile(join(folder, 'ca.pem'), 'utf8')
    const rules = { atFirstMs: 400, perFileMs: 10, bytesPerSecond: 64 * 1024 }
    const listener = new PublicListener({ url: origin, ca }, rules)
    try {
      const copying = exportSite(listener, { out, withArtifacts: false, terminal: NOBODY })
      await assert.rejects(copying, { code: 'SERVER_UNREACHABLE', message: /it is too slow/ })
    } finally {
      listener.close()
    }
    assert.ok(!(await readdir(folder)).some((name) => name.includes('slow')))
  })
}

test('a listener that is asked too often is asked again when it says so', async () => {
  let refused = 0
  const { exitCode } = await copied({
    '/site.json': listOf([]),
    '/': (_, response) => {
      refused += 1
      if (refused === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      else response.end('<!doctype html>')
    },
  })
  assert.deepEqual([exitCode, refused], [0, 2])
})

test('a site that changes under the copy is copied anew; one that never rests is refused, and the former stays', async () => {
  let asked = 0
  const changing =
    (upTo: number): Answer =>
    (request, response) => {
      asked += 1
      const state = String(Math.min(asked, upTo)).padStart(64, '0')
      const file = asked <= 1 ? 'gone.html' : 'new.html'
      listOf([{ path: `/${file}`, file }], state)(request, response)
    }
  assert.deepEqual(await copied({ '/site.json': changing(2) }), { exitCode: 0, code: undefined })
  const names = await readdir(join(folder, 'site'))
  assert.deepEqual(names.toSorted(), ['fleetward-site.json', 'index.html', 'new.html'])
  asked = 0
  const restless = await copied({ '/site.json': changing(Number.MAX_SAFE_INTEGER) })
  assert.deepEqual(restless, { exitCode: 1, code: 'SITE_CHANGED' })
  assert.deepEqual((await readdir(join(folder, 'site'))).toSorted(), names.toSorted())
  assert.deepEqual((await readdir(folder)).toSorted(), ['ca.pem', 'site'])
})
