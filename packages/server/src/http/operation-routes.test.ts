import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request, Response } from 'express'
import { Router } from 'express'
import { strangerActor } from '../accounts/actor.ts'
import { givePermit } from './door/permit.ts'
import { operationRoutes } from './operation-routes.ts'
import { type Operation, operationsOf } from './operations.ts'

const PERMISSION = { 'x-permission': 'device.read' }
const OPERATIONS = operationsOf({
  '/products/{product}/devices/{device}': { get: PERMISSION, patch: PERMISSION },
  '/products/{product}/devices/count': { get: PERMISSION },
})

/** What ran, with the names it was given, when this operation was permitted for that path. */
async function ran(operation: Operation | undefined, path: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const said = (what: string) => (request: Request) => resolve([what, { ...request.params }])
  const routes = Router({ mergeParams: true })
    // First, so that whoever looks for a path takes it for the count too.
    .get('/devices/:device', (_request, _response, next) => next(), said('one'))
    .patch('/devices/:device', said('change'))
    .get('/devices/count', said('count'))
  assert.ok(operation)
  const request = { path } as Request
  const caller = { actor: strangerActor(undefined), rights: new Map() }
  givePermit(request, { caller, operation, product: 'red', nowSeconds: 0 })
  const run = operationRoutes(OPERATIONS, [['/products/:product', [routes]]])
  run(request, {} as Response, (error) => resolve(error))
  return promise
}

const operationOf = (method: string, path: string) =>
  OPERATIONS.find((operation) => operation.method === method && operation.path.endsWith(path))

test('what is carried out is what was permitted, whatever else the path could mean', async () => {
  const path = '/products/red/devices/count'
  const names = { product: 'red', device: 'count' }
  assert.deepEqual(await ran(operationOf('GET', '/count'), path), ['count', { product: 'red' }])
  assert.deepEqual(await ran(operationOf('GET', '{device}'), path), ['one', names])
  assert.deepEqual(await ran(operationOf('PATCH', '{device}'), path), ['change', names])
})

test('names come decoded, and what cannot be decoded reaches no route', async () => {
  const one = operationOf('GET', '{device}')
  const of = (name: string) => ran(one, `/products/red/devices/${name}`)
  assert.deepEqual(await of('a%2Fb'), ['one', { product: 'red', device: 'a/b' }])
  await assert.rejects(of('%zz'), URIError)
})

test('an operation without a route, and a route that is none, keep the server from starting', () => {
  const none = Router({ mergeParams: true })
  assert.throws(() => operationRoutes(OPERATIONS, [['/products/:product', [none]]]), /carries out/)
  const nested = Router().use('/devices', none)
  assert.throws(() => operationRoutes([], [['', [nested]]]), /no route/)
})
