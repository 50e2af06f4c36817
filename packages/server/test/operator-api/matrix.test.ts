/**
 * Every operation of the API, tried by everybody: each role in the product asked for, everywhere, and in another
 * product; nobody, tokens that are over or lack the scope, sessions without a fresh proof. CRA P-048, P-060, P-086, P-d0
 */
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { after, before, test } from 'node:test'
import {
  PERMISSIONS,
  PERSONS_ALONE,
  type Permission,
  permissionsOf,
  ROLES,
} from '../../src/accounts/permission.ts'
import { endings } from '../support/edge-under-test.ts'
import { type Caller, service, signedIn, withToken } from '../support/people.ts'
import { WholeServer } from '../support/whole-server.ts'
import { ROUTE_MATRIX, type Row } from './route-matrix.ts'

const RED = 'lumen-red'
const BLUE = 'lumen-blue'
const AT_ONCE = 16

/** Values of path parameters: of the right form, of nothing that exists. */
const NOTHING: Readonly<Record<string, string>> = {
  product: RED,
  account: 'acc-0000000000000000',
  grant: `viewer@${RED}`,
  session: '0000000000000000',
  token: '0000000000000000',
  sha256: '0'.repeat(64),
  version: '9.9.9',
  role: 'targets',
}

/** What the guard said; `open`: it let the request through, whatever the route made of it. */
type Verdict = 'open' | 'who are you' | 'not permitted' | 'no such product' | 'prove it'
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ACCESS_DENIED: 'who are you',
  TOKEN_EXPIRED: 'who are you',
  NOT_PERMITTED: 'not permitted',
  NO_SUCH_PRODUCT: 'no such product',
  STEP_UP_REQUIRED: 'prove it',
}

const ended = endings()
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
let server: WholeServer
let operations: { method: string; path: string; row: Row }[]

before(async () => {
  server = await WholeServer.start(ended, {
    requestLimits: { perAccount: 1_000_000, perAddress: 1_000_000 },
  })
  for (const id of [RED, BLUE]) {
    const { status } = await call('POST', '/products', { id })
    assert.equal(status, 201)
  }
  const { body } = await call('GET', '/openapi.json')
  operations = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((name) => {
      const method = name.toUpperCase()
      return { method, path, row: ROUTE_MATRIX[`${method} ${path}`] ?? { needs: 'public' } }
    }),
  )
})
after(async () => {
  agent.destroy()
  await ended.endAll()
})

test('every operation stands in the matrix, and nothing else does', () => {
  const documented = operations.map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(documented.toSorted(), Object.keys(ROUTE_MATRIX).toSorted())
})

test('every operation is dangerous or not as the matrix says', async () => {
  const { body } = await call('GET', '/openapi.json')
  for (const { method, path, row } of operations) {
    const operation = body.paths[path][method.toLowerCase()]
    const documented = {
      needs: operation['x-permission'],
      ...(operation['x-any-product'] ? { anyProduct: true } : {}),
      ...(operation['x-step-up'] ? { stepUp: true } : {}),
    }
    assert.deepEqual(documented, row, `${method} ${path}`)
  }
})

test('nothing below a product takes a product in its body or query: it is the path’s, and the guard saw it', async () => {
  const { body } = await call('GET', '/openapi.json')
  for (const { method, path } of operations) {
    if (!path.startsWith('/products/{product}')) continue
    const { requestBody, parameters = [] } = body.paths[path][method.toLowerCase()]
    const named = (parameters as { in: string; name: string }[]).filter(
      ({ in: where, name }) => where === 'query' && /^products?$/.test(name),
    )
    assert.deepEqual(named, [], `${method} ${path}`)
    const schema = JSON.stringify(requestBody ?? {})
    const referred = [...schema.matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => body.components.schemas[name ?? ''],
    )
    for (const part of [requestBody, ...referred]) {
      assert.doesNotMatch(JSON.stringify(part ?? {}), /"products?":\{/, `${method} ${path}`)
    }
  }
})

test('an answer to a change that shows a secret once is kept for no repetition', async () => {
  const { body } = await call('GET', '/openapi.json')
  const wrong: string[] = []
  for (const { method, path } of operations) {
    if (method !== 'POST' && method !== 'PATCH') continue
    const operation = body.paths[path][method.toLowerCase()]
    const shown = namesIn(operation.responses, body.components.schemas)
    const secret = [...shown].find((name) => /^(token|secret|wayIn|password|codes)$/.test(name))
    if (secret !== undefined && operation['x-secret-answer'] !== true) {
      wrong.push(`${method} ${path}: ${secret}`)
    }
  }
  assert.deepEqual(wrong, [])
})

for (const role of ROLES) {
  test(`what a ${role} may, in his own product, everywhere and in another one`, async () => {
    const permits = (permission: Permission) => permissionsOf(role).includes(permission)
    const own = await signedIn(server, [{ role, product: RED }])
    const everywhere = await signedIn(server, [{ role, product: '*' }])
    const foreign = await signedIn(server, [{ role, product: BLUE }])
    await everyOperation(async ({ needs, anyProduct, inProduct }) => {
      const may = isOpen(needs) || permits(needs)
      const above = isOpen(needs) || (anyProduct && may) ? 'open' : 'not permitted'
      const granted = may ? 'open' : 'not permitted'
      return [
        ['own', own, inProduct ? granted : above],
        ['everywhere', everywhere, granted],
        ['foreign', foreign, inProduct ? 'no such product' : above],
      ]
    })
  })
}

test('who has no role may nothing, and who is nobody is asked who he is', async () => {
  const nobody = await signedIn(server, [])
  await everyOperation(async ({ needs, inProduct }) => [
    ['no role', nobody, isOpen(needs) ? 'open' : inProduct ? 'no such product' : 'not permitted'],
    ['a stranger', undefined, needs === 'public' ? 'open' : 'who are you'],
  ])
})

test('a token that is over opens nothing, and one without the scope not what needs it', async () => {
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const over = await withToken(server, chief.account, { validSeconds: -1 })
  const of = new Map<string, { only: Caller; allBut: Caller }>()
  for (const permission of PERMISSIONS) {
    const allBut = PERMISSIONS.filter((other) => other !== permission)
    of.set(permission, {
      only: await withToken(server, chief.account, { scopes: [permission] }),
      allBut: await withToken(server, chief.account, { scopes: allBut }),
    })
  }
  await everyOperation(async ({ needs }) => {
    const tokens = of.get(needs)
    return [
      // A token that is over is told so everywhere, also where nobody need say who he is.
      ['over', over, 'who are you'],
      ...(tokens === undefined
        ? []
        : ([
            ['only this scope', tokens.only, 'open'],
            ['all but this scope', tokens.allBut, 'not permitted'],
          ] as const)),
    ]
  })
})

test('a token of one product knows no other, whatever its person may', async () => {
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const red = await withToken(server, chief.account, { product: RED })
  const blue = await withToken(server, chief.account, { product: BLUE })
  await everyOperation(async ({ needs, anyProduct, inProduct }) => {
    const above = isOpen(needs) || anyProduct ? 'open' : 'not permitted'
    return [
      ['of red', red, inProduct ? 'open' : above],
      ['of blue', blue, inProduct ? 'no such product' : above],
    ]
  })
})

test('a service never approves, decides nor signs, and may nothing once its owner may nothing', async () => {
  const owner = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const robot = await withToken(
    server,
    await service(server, owner.account, [{ role: 'administrator', product: '*' }]),
  )
  const poor = await signedIn(server, [])
  const orphan = await withToken(
    server,
    await service(server, poor.account, [{ role: 'administrator', product: '*' }]),
  )
  await everyOperation(async ({ needs, inProduct }) => [
    [
      'service',
      robot,
      (PERSONS_ALONE as readonly string[]).includes(needs) ? 'not permitted' : 'open',
    ],
    [
      'service of somebody without a role',
      orphan,
      isOpen(needs) ? 'open' : inProduct ? 'no such product' : 'not permitted',
    ],
  ])
})

test('a dangerous act needs a fresh proof, and nothing else does', async () => {
  const late = await signedIn(server, [{ role: 'administrator', product: '*' }], {
    provedAgo: 301,
  })
  await everyOperation(async ({ stepUp }) => [
    ['proved long ago', late, stepUp ? 'prove it' : 'open'],
  ])
})

test('a page of another site opens nothing with somebody’s cookie', async () => {
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const headers = { ...chief.credential, 'sec-fetch-site': 'cross-site' }
  for (const { method, path } of operations) {
    const { code } = await ask(method, filled(path), headers)
    assert.equal(code, 'ORIGIN_REFUSED', `${method} ${path}`)
  }
})

interface Asked {
  readonly needs: Row['needs']
  readonly anyProduct: boolean
  readonly stepUp: boolean
  readonly inProduct: boolean
}
type Expected = readonly (readonly [who: string, caller: Caller | undefined, verdict: Verdict])[]

/** Tries every operation with everybody that `expected` names, and says all that is not so at once. */
async function everyOperation(expected: (asked: Asked) => Promise<Expected>): Promise<void> {
  const wrong: string[] = []
  const waiting = operations.values()
  const work = async () => {
    for (const { method, path, row } of waiting) {
      const { needs, anyProduct = false, stepUp = false } = row
      const inProduct = path.startsWith('/products/{product}')
      for (const [who, caller, verdict] of await expected({
        needs,
        anyProduct,
        stepUp,
        inProduct,
      })) {
        const { status, code } = await ask(method, filled(path), caller?.credential ?? {})
        const seen =
          VERDICTS[code] ?? (status >= 500 || isUnknown(status, code, needs) ? 'broken' : 'open')
        // A public route may itself ask who somebody is.
        if (seen === verdict || (needs === 'public' && verdict === 'open')) continue
        wrong.push(`${method} ${path}: ${who}: ${verdict}, but ${seen} (${status} ${code})`)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  assert.deepEqual(wrong, [])
}

/** Names of all members of a schema, through its references. */
function namesIn(
  part: unknown,
  schemas: Readonly<Record<string, unknown>>,
  names = new Set<string>(),
  followed = new Set<string>(),
): Set<string> {
  if (typeof part !== 'object' || part === null) return names
  for (const [key, value] of Object.entries(part)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name)
    if (key === '$ref') {
      const name = String(value).split('/').at(-1) ?? ''
      if (followed.has(name) || name === 'Problem') continue
      followed.add(name)
      namesIn(schemas[name], schemas, names, followed)
    } else namesIn(value, schemas, names, followed)
  }
  return names
}

/** Documented and permitted, but no route took it. */
function isUnknown(status: number, code: string, needs: Row['needs']): boolean {
  return status === 404 && code === 'NOT_FOUND' && needs !== 'public'
}

function isOpen(needs: Row['needs']): needs is 'public' | 'anyone-signed-in' {
  return needs === 'public' || needs === 'anyone-signed-in'
}

function filled(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(NOTHING[name] ?? 'x'))
}

async function call(method: string, path: string, body?: object) {
  const response = await fetch(server.url(`/api/1${path}`), {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  return { status: response.status, body: (await response.json()) as any }
}

/** Without a body. Of an answer that is no problem only the status is read: it may be a stream without end. */
function ask(
  method: string,
  path: string,
  headers: object,
): Promise<{ readonly status: number; readonly code: string }> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers: { ...headers } }
    const sent = request(server.url(`/api/1${path}`), options, (response) => {
      const status = response.statusCode ?? 0
      if (status < 400) {
        resolve({ status, code: '' })
        if (/event-stream/.test(response.headers['content-type'] ?? '')) sent.destroy()
        else response.resume()
        return
      }
      let text = ''
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        const { code = '' } = JSON.parse(text) as { code?: string }
        resolve({ status, code })
      })
    })
    sent.on('error', (error) => (sent.destroyed ? undefined : reject(error)))
    sent.end()
  })
}
