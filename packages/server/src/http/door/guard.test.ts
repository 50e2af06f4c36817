/** The guard alone, on a server of its own; test/matrix.test.ts tries it with every route there is. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { pino } from 'pino'
import type { Actor } from '../../accounts/actor.ts'
import { type Grant, rightsOf } from '../../accounts/rights.ts'
import { Operations } from '../operations.ts'
import { notFound, sendProblem } from '../problem.ts'
import { guard } from './guard.ts'
import { type Caller, permitOf } from './permit.ts'

const PATHS = {
  '/products': { get: { 'x-permission': 'product.read', 'x-any-product': true } },
  '/server': { get: { 'x-permission': 'server.read' } },
  '/welcome': { get: { 'x-permission': 'public' } },
  '/me': { get: { 'x-permission': 'anyone-signed-in' } },
  '/products/{product}/devices': {
    get: { 'x-permission': 'device.read' },
    post: { 'x-permission': 'device.manage', 'x-step-up': true },
  },
  '/products/{product}/devices/{device}': { get: { 'x-permission': 'device.read' } },
  '/products/{product}/devices/counts': { get: { 'x-permission': 'device.read' } },
}
const ACTOR: Actor = {
  ...{ kind: 'person', id: 'p1', name: 'Somebody', person: 'p1' },
  ...{ via: 'session', address: undefined },
}
const NOW_SECONDS = 1_800_000_000

async function ask(caller: Caller | undefined, path: string, method = 'GET') {
  const app = express()
  const products = { find: async (id: string) => (id.startsWith('no') ? undefined : { id }) }
  const clock = { now: () => new Date(NOW_SECONDS * 1000) }
  app.use('/api/1', guard({ paths: PATHS, authenticate: async () => caller, products, clock }))
  // Every route there is, and one that nobody documented.
  app.all('/api/1/{*path}', (request, response) => {
    const permit = permitOf(request)
    const product = request.path.includes('/products/') ? permit.product : null
    response.json({ product, permission: permit.permission, by: permit.actor.id })
  })
  app.use(notFound, sendProblem(pino({ level: 'silent' })))
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/api/1${path}`, { method })
    // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
    const body: any = method === 'HEAD' ? undefined : await response.json()
    return { status: response.status, body, says: body?.code ?? body?.product }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const with_ = (...grants: Grant[]): Caller => ({ actor: ACTOR, rights: rightsOf(grants) })
const VIEWER = with_({ role: 'viewer', product: 'red' })
const OPERATOR = with_({ role: 'operator', product: 'red' })
const ANYBODY = with_()

const answers: [what: string, caller: Caller | undefined, path: string, said: unknown[]][] = [
  ['a permitted product', VIEWER, '/products/red/devices', [200, 'red']],
  ['an encoded name is that name', VIEWER, '/products/r%65d/devices', [200, 'red']],
  ['a foreign product', VIEWER, '/products/blue/devices', [404, 'NO_SUCH_PRODUCT']],
  ['a product that does not exist', VIEWER, '/products/none/devices', [404, 'NO_SUCH_PRODUCT']],
  ['a slash in disguise', VIEWER, '/products/red%2F..%2Fblue/devices', [404, 'NO_SUCH_PRODUCT']],
  ['what is no encoding', VIEWER, '/products/%E0%A4%A/devices', [404, 'NO_SUCH_PRODUCT']],
  ['what nobody documented', VIEWER, '/products/red/secrets', [404, 'NOT_FOUND']],
  ['another spelling', VIEWER, '/products/red/DEVICES', [404, 'NOT_FOUND']],
  ['an empty segment', VIEWER, '/products//devices', [404, 'NOT_FOUND']],
  ['a list above products', VIEWER, '/products', [200, null]],
  ['the same without any grant', ANYBODY, '/products', [403, 'NOT_PERMITTED']],
  ['what needs a right everywhere', OPERATOR, '/server', [403, 'NOT_PERMITTED']],
  ['what is open to all who signed in', ANYBODY, '/me', [200, null]],
  ['the same for a stranger', undefined, '/me', [401, 'ACCESS_DENIED']],
  ['what is public', undefined, '/welcome', [200, null]],
  ['a stranger asking for nothing', undefined, '/nothing', [401, 'ACCESS_DENIED']],
]
test('the guard opens what the document permits and nothing else', async (t) => {
  for (const [what, caller, path, said] of answers) {
    await t.test(`${what}: ${said.join(' ')}`, async () => {
      const { status, says } = await ask(caller, path)
      assert.deepEqual([status, says], said)
    })
  }
})

test('another method of a known path is 405, but only for who may know the product', async () => {
  assert.equal((await ask(VIEWER, '/products/red/devices', 'DELETE')).says, 'METHOD_NOT_ALLOWED')
  assert.equal((await ask(VIEWER, '/products/blue/devices', 'DELETE')).says, 'NO_SUCH_PRODUCT')
  assert.equal((await ask(VIEWER, '/products/red/devices', 'OPTIONS')).status, 405)
  assert.equal((await ask(VIEWER, '/products/red/devices', 'HEAD')).status, 200)
  assert.equal((await ask(VIEWER, '/products/blue/devices', 'HEAD')).status, 404)
})

test('a dangerous act of a session needs a proof of less than five minutes', async () => {
  const at = (provedAt: number | undefined) =>
    ask({ ...OPERATOR, provedAt }, '/products/red/devices', 'POST')
  assert.equal((await at(undefined)).says, 'STEP_UP_REQUIRED')
  assert.equal((await at(NOW_SECONDS - 300)).says, 'STEP_UP_REQUIRED')
  assert.equal((await at(NOW_SECONDS - 299)).status, 200)
  const token = { ...OPERATOR, actor: { ...ACTOR, via: 'token' as const } }
  assert.equal((await ask(token, '/products/red/devices', 'POST')).status, 200)
})

test('a word in a path is not taken for a name', () => {
  const operations = new Operations(PATHS)
  const of = (path: string) => operations.find('GET', path)?.operation?.path
  assert.equal(of('/products/red/devices/counts'), '/products/{product}/devices/counts')
  assert.equal(of('/products/red/devices/%63ounts'), '/products/{product}/devices/{device}')
})

test('an operation that names no permission keeps the server from starting', () => {
  assert.throws(() => new Operations({ '/open': { get: { summary: 'forgotten' } } }), /\/open/)
  assert.throws(() => new Operations({ '/odd': { get: { 'x-permission': 'toString' } } }), /\/odd/)
})

test('a route that the guard did not see cannot be served', () => {
  assert.throws(() => permitOf({} as never), /guard/)
})
