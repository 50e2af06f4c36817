import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Router } from 'express'
import { TestServer } from '../../test/support/test-server.ts'
import { openAccounts } from '../accounts/open-accounts.ts'
import { startEdge } from '../edge.ts'
import { operatorApi } from './operator-api.ts'

function operationsOf(routers: readonly Router[], prefix: string): string[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ route }) => {
      if (route === undefined) return []
      const path = `${prefix}${route.path}`.replace(/:([A-Za-z0-9]+)/g, '{$1}')
      return route.stack.map(({ method }) => `${method} ${path}`)
    }),
  )
}

test('every route stands in the OpenAPI document, and everything in the document is a route', async (t) => {
  const server = await TestServer.start(t)
  assert.ok(server.edge)
  // The edge with all its routes, beside the stand-in that the server runs with.
  const edge = await startEdge(server.edge)
  t.after(() => edge.stop())
  // Routes are only registered here, never called: what they work with does not matter.
  const none = new Proxy({}, { get: () => none }) as never
  const accounts = openAccounts({
    ...{ database: none, machine: undefined, clock: server.clock },
    ...{ origin: () => '', isSecure: true },
  })
  const core = new Proxy({ accounts }, { get: (known, key) => Reflect.get(known, key) ?? none })
  const { routers, productRouters, openApi } = operatorApi(core as never, edge)

  const documented = Object.entries(openApi.paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
  const routed = new Set([
    'get /openapi.json',
    ...operationsOf(routers, ''),
    ...operationsOf(productRouters, '/products/{product}'),
  ])
  assert.deepEqual(documented.toSorted(), [...routed].toSorted())
  assert.equal(openApi.openapi, '3.1.0')
  assert.ok(documented.includes('post /products/{product}/enrolment-tokens'))
})

test('no route takes the product from the path, only from what the guard permitted (CVE-2026-28806)', () => {
  const source = join(import.meta.dirname, '..')
  const files = globSync('**/*-routes.ts', { cwd: source })
  assert.ok(files.length >= 5)
  const reading = files.filter((file) =>
    /params\.product|params as \{|\bproduct\b[^}]*\} = (?:parseRequest\([^)]*|request\.)params/.test(
      readFileSync(join(source, file), 'utf8'),
    ),
  )
  assert.deepEqual(reading, [])
})
