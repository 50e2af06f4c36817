import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Router } from 'express'
import { TestServer } from '../../test/support/test-server.ts'
import { openAccounts } from '../accounts/open-accounts.ts'
import { startEdge } from '../edge.ts'
import { Operations } from '../http/operations.ts'
import { operatorApi } from './operator-api.ts'

interface Routed {
  readonly method: string
  /** As the document writes it. */
  readonly documented: string
  matches(path: string): boolean
}

/** In the order in which express asks them. */
function routesOf(routers: readonly Router[], prefix: string): Routed[] {
  return routers.flatMap(({ stack }) =>
    stack.flatMap((layer) => {
      const { route } = layer
      if (route === undefined) return []
      const documented = `${prefix}${route.path}`.replace(/:([A-Za-z0-9]+)/g, '{$1}')
      const matches = (path: string) => (layer as unknown as Layer).match(path)
      return route.stack.map(({ method }) => ({ method, documented, matches }))
    }),
  )
}

/** Of the router that express is made of. */
interface Layer {
  match(path: string): boolean
}

const named = ({ method, documented }: Routed) => `${method} ${documented}`

/** All routes with their document, beside a server that runs. */
async function everything(t: TestContext) {
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
  return operatorApi(core as never, edge)
}

test('every route stands in the OpenAPI document, and everything in the document is a route', async (t) => {
  const { routers, productRouters, openApi } = await everything(t)
  const documented = Object.entries(openApi.paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
  const routed = new Set([
    'get /openapi.json',
    ...routesOf(routers, '').map(named),
    ...routesOf(productRouters, '/products/{product}').map(named),
  ])
  assert.deepEqual(documented.toSorted(), [...routed].toSorted())
  assert.equal(openApi.openapi, '3.1.0')
  assert.ok(documented.includes('post /products/{product}/enrolment-tokens'))
})

test('the document holds together: every reference leads somewhere, every name in a path is described, no two operations share a name', async (t) => {
  const { openApi } = await everything(t)
  const text = JSON.stringify(openApi)
  for (const [, pointer = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
    const found = pointer
      .split('/')
      .slice(1)
      // biome-ignore lint/suspicious/noExplicitAny: the document is JSON
      .reduce((part: any, key) => part?.[key], openApi)
    assert.ok(found, pointer)
  }
  const names: string[] = []
  for (const [path, operations] of Object.entries(openApi.paths ?? {})) {
    // biome-ignore lint/suspicious/noExplicitAny: the document is JSON
    for (const [method, operation] of Object.entries(operations as Record<string, any>)) {
      const what = `${method} ${path}`
      names.push(operation.operationId)
      assert.ok(operation.summary, what)
      const of = (where: string): string[] =>
        (operation.parameters ?? []).flatMap((one: { in: string; name: string }) =>
          one.in === where ? [one.name] : [],
        )
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      assert.deepEqual(of('path').toSorted(), wanted.toSorted(), what)
      assert.equal(of('header').includes('If-Match'), operation['x-if-match'] === true, what)
      assert.equal(of('header').includes('Idempotency-Key'), /^(post|patch)$/.test(method), what)
      assert.equal(operation.security?.length === 0, operation['x-permission'] === 'public', what)
      const refusals = operation.responses['4XX'].content
      assert.deepEqual(Object.keys(refusals), ['application/problem+json'], what)
    }
  }
  assert.equal(new Set(names).size, names.length)
})

test('the route that express runs is the one that the guard permitted, for every address there is', async (t) => {
  const { routers, productRouters, openApi } = await everything(t)
  const operations = new Operations(openApi.paths ?? {})
  // As mounted in operator-app.ts: a name in a path could be a word of another one.
  const routed = (method: string, path: string) => {
    const below = /^\/products\/[^/]+(\/.+)$/.exec(path)?.[1]
    const candidates = [
      ...routesOf(routers, '').map((route) => ({ ...route, path })),
      ...routesOf(productRouters, '/products/{product}').map((route) => ({
        ...route,
        path: below,
      })),
    ]
    return candidates.find(
      (route) => route.path !== undefined && route.method === method && route.matches(route.path),
    )?.documented
  }
  const words = Object.keys(openApi.paths ?? {}).flatMap((path) => path.split('/').slice(1))
  const names = [...new Set(words.filter((word) => !word.startsWith('{'))), 'x']
  for (const [path, documented] of Object.entries(openApi.paths ?? {})) {
    for (const name of names) {
      const address = path.replace(/\{\w+\}/g, name)
      for (const method of Object.keys(documented)) {
        if (path === '/openapi.json') continue
        const permitted = operations.find(method.toUpperCase(), address)?.operation
        if (permitted === undefined) continue
        assert.equal(routed(method, address), permitted.path, `${method} ${address}`)
      }
    }
  }
})

test('no route takes the product from the path, only from what the guard permitted (CVE-2026-28806)', () => {
  const source = join(import.meta.dirname, '..')
  // Pages for everybody have no caller, so no guard either: which products they show is decided by public-product.ts.
  const files = globSync('**/*-routes.ts', { cwd: source }).filter(
    (file) => !file.startsWith('public-products/'),
  )
  assert.ok(files.length >= 5)
  const reading = files.filter((file) =>
    /params\.product|params as \{|\bproduct\b[^}]*\} = (?:parseRequest\([^)]*|request\.)params/.test(
      readFileSync(join(source, file), 'utf8'),
    ),
  )
  assert.deepEqual(reading, [])
})
