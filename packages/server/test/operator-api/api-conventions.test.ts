/** What all routes of the operator API have in common: pages, revisions, repeated requests, limits, slow bodies. */
import assert from 'node:assert/strict'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import express, { type RequestHandler } from 'express'
import { pino } from 'pino'
import { startEdge } from '../../src/edge.ts'
import { limitBodyTime } from '../../src/http/body-time.ts'
import { inOrder } from '../../src/http/in-order.ts'
import { sendProblem } from '../../src/http/problem.ts'
import { endings } from '../support/edge-under-test.ts'
import { type Caller, type PersonAnswer, signedIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const RED = 'lumen-red'

const ended = endings()
let server: TestServer
let chief: Caller
before(async () => {
  server = await TestServer.start(ended, {}, { startEdge })
  await server.call('POST', '/products', { id: RED })
  chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
})
after(() => ended.endAll())

const said = ({ status, body }: Pick<PersonAnswer, 'status' | 'body'>) => [status, body?.code]
const ids = ({ body }: PersonAnswer) => body.map(({ id }: { id: string }) => id)
async function documented() {
  const { body } = await server.call('GET', '/openapi.json')
  // biome-ignore lint/suspicious/noExplicitAny: the document is JSON
  return Object.entries(body.paths as Record<string, Record<string, any>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
}
const service = (name: string) => ({ kind: 'service', name, owner: chief.account.id })

test('a list leads from page to page until there is no more', async () => {
  for (const name of ['one', 'two', 'three']) await chief.call('POST', '/accounts', service(name))
  const all = ids(await chief.call('GET', '/accounts'))
  const seen: string[] = []
  let path: string | undefined = '/accounts?limit=2&kind=service'
  let pages = 0
  while (path !== undefined) {
    const answer: PersonAnswer = await chief.call('GET', path)
    seen.push(...ids(answer))
    pages += 1
    path = /^<\/api\/1([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
    assert.ok(answer.body.length === 2 || path === undefined)
  }
  assert.equal(pages, Math.ceil(seen.length / 2))
  assert.deepEqual(
    seen,
    all.filter((id: string) => id !== chief.account.id),
  )
})

/** Lists that something else keeps short. */
const SHORT_LISTS: Readonly<Record<string, string>> = {
  '/products/{product}/devices/{device}/reports': 'by `before` and `limit`: the newest first',
  '/products/{product}/devices/{device}/commands': 'the newest fifty',
  '/products/{product}/releases/{version}/gate': 'the newest hundred',
  '/break-glass/alarms': 'uses of one sealed code that nobody has looked at',
  '/me/sessions': 'an account has a limited number',
  '/accounts/{account}/sessions': 'an account has a limited number',
}

test('every list that can grow comes in pages, and no page is longer than 500', async () => {
  const unpaged: string[] = []
  for (const { method, path, operation } of await documented()) {
    const { schema } = operation.responses['200']?.content?.['application/json'] ?? {}
    if (method !== 'get' || schema?.type !== 'array') continue
    const of = (name: string) =>
      operation.parameters?.find((one: { name: string }) => one.name === name)?.schema
    if (of('after') === undefined || of('limit')?.maximum !== 500) unpaged.push(path)
  }
  assert.deepEqual(unpaged.toSorted(), Object.keys(SHORT_LISTS).toSorted())
})

test('products, releases and rollouts lead from page to page', async () => {
  for (const id of ['paged-1', 'paged-2', 'paged-3']) await server.call('POST', '/products', { id })
  const all = ids(await server.call('GET', '/products'))
  const seen: string[] = []
  let path: string | undefined = '/products?limit=2'
  while (path !== undefined) {
    const { body, headers }: PersonAnswer = await server.call('GET', path)
    assert.ok(body.length <= 2)
    seen.push(...body.map(({ id }: { id: string }) => id))
    path = /^<\/api\/1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
  }
  assert.deepEqual(seen, all)
  const nothing = await server.call('GET', '/products?after=zzz-nothing')
  assert.deepEqual(nothing.body, [])
})

/** What has no revision: it says the whole of what is wanted, or there is nothing to change but to take it away. */
const UNREVISED = [
  'delete /feed-sources/{feed}',
  'patch /products/{product}/devices/{device}',
  'patch /products/{product}/cohorts/{cohort}',
  'delete /products/{product}/cohorts/{cohort}',
  'delete /products/{product}/expected-devices/{device}',
  'delete /products/{product}/dossiers/{version}',
  'delete /products/{product}/releases/{version}',
  'delete /accounts/{account}/grants/{grant}',
  'delete /accounts/{account}/sessions',
  'delete /accounts/{account}/sessions/{session}',
  'delete /accounts/{account}/tokens/{token}',
  'delete /me/sessions',
  'delete /subscriptions/{id}',
  'delete /me/sessions/{session}',
  'delete /me/tokens/{token}',
]

test('every change and every removal of what has a revision asks for the one that was seen', async () => {
  const free = (await documented()).filter(
    ({ method, operation }) => /^(patch|delete)$/.test(method) && operation['x-if-match'] !== true,
  )
  assert.deepEqual(
    free.map(({ method, path }) => `${method} ${path}`).toSorted(),
    UNREVISED.toSorted(),
  )
})

test('a filter and a webhook that were changed meanwhile are not removed', async () => {
  const hook = { url: 'https://hooks.example.com/', types: ['rollout.*'] }
  const below = `/products/${RED}`
  for (const [list, made, change] of [
    [`${below}/filters`, { name: 'old', filter: 'online' }, { description: 'changed' }],
    ['/webhooks', hook, { description: 'changed' }],
    [`${below}/webhooks`, hook, { description: 'changed' }],
  ] as const) {
    const { body, headers } = await chief.call('POST', list, made)
    const path = `${list}/${body.id ?? body.name}`
    const seen = headers.get('etag') ?? (await chief.call('GET', path)).headers.get('etag') ?? ''
    const changed = await chief.call('PATCH', path, change, { 'if-match': seen })
    assert.equal(changed.status, 200, path)
    assert.deepEqual(said(await chief.call('DELETE', path)), [428, 'IF_MATCH_MISSING'])
    const late = await chief.call('DELETE', path, undefined, { 'if-match': seen })
    assert.deepEqual(said(late), [412, 'REVISION_CHANGED'])
    const now = { 'if-match': changed.headers.get('etag') ?? '' }
    assert.equal((await chief.call('DELETE', path, undefined, now)).status, 204)
  }
})

for (const query of ['limit=0', 'limit=501', 'limit=x', 'after=%00', 'after=../x', 'order=name']) {
  test(`a page that cannot be is refused: ${query}`, async () => {
    assert.deepEqual(said(await chief.call('GET', `/accounts?${query}`)), [400, 'REQUEST_INVALID'])
  })
}

test('whoever changes an account says which revision he saw, and loses when it is an older one', async () => {
  const made = await chief.call('POST', '/accounts', service('revised'))
  const path = `/accounts/${made.body.id}`
  const seen = (await chief.call('GET', path)).headers.get('etag') ?? ''
  assert.deepEqual(said(await chief.call('PATCH', path, { name: 'a' })), [428, 'IF_MATCH_MISSING'])
  assert.deepEqual(said(await chief.call('DELETE', path)), [428, 'IF_MATCH_MISSING'])
  const first = await chief.call('PATCH', path, { name: 'a' }, { 'if-match': seen })
  assert.equal(first.status, 200)
  assert.notEqual(first.headers.get('etag'), seen)
  for (const [method, body] of [
    ['PATCH', { name: 'b' }],
    ['DELETE', undefined],
  ] as const) {
    const late = await chief.call(method, path, body, { 'if-match': seen })
    assert.deepEqual(said(late), [412, 'REVISION_CHANGED'])
  }
  assert.equal((await chief.call('GET', path)).body.name, 'a')
  // A changed grant is a change of the account.
  await chief.call('POST', `${path}/grants`, { role: 'viewer', product: RED })
  const now = { 'if-match': first.headers.get('etag') ?? '' }
  assert.deepEqual(said(await chief.call('DELETE', path, undefined, now)), [
    412,
    'REVISION_CHANGED',
  ])
})

test('a repeated request with the same key gets the first answer, also after a restart, and takes effect once', async () => {
  const key = { 'idempotency-key': 'add-lumen-blue' }
  const wanted = { id: 'lumen-blue' }
  const first = await server.call('POST', '/products', wanted, key)
  assert.deepEqual([first.status, first.headers.get('idempotency-replayed')], [201, null])
  const again = await server.call('POST', '/products', wanted, key)
  assert.deepEqual([again.status, again.body], [201, first.body])
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  await server.stop()
  await server.start()
  const restarted = await server.call('POST', '/products', wanted, key)
  assert.deepEqual([restarted.status, restarted.body], [201, first.body])

  const other = await server.call('POST', '/products', { id: 'lumen-green' }, key)
  assert.deepEqual(said(other), [422, 'IDEMPOTENCY_KEY_REUSED'])
  // The key is each account's own.
  const another = await chief.call('POST', '/products', wanted, key)
  assert.deepEqual(said(another), [409, 'PRODUCT_EXISTS'])

  server.clock.at = new Date(server.clock.at.getTime() + 86_401_000)
  const forgotten = await server.call('POST', '/products', wanted, key)
  assert.deepEqual(said(forgotten), [409, 'PRODUCT_EXISTS'])
  chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
})

test('of two at the same moment with the same key one takes effect', async () => {
  const key = { 'idempotency-key': 'twins' }
  const call = () => server.call('POST', '/products', { id: 'lumen-twins' }, key)
  const codes = (await Promise.all([call(), call(), call()])).map(said)
  assert.equal(codes.filter(([status]) => status === 201).length >= 1, true)
  for (const [status, code] of codes) {
    assert.ok(status === 201 || code === 'IDEMPOTENCY_UNDER_WAY', `${status} ${code}`)
  }
  const { body } = await server.call('GET', '/products')
  assert.equal(body.filter(({ id }: { id: string }) => id === 'lumen-twins').length, 1)
})

test('what was refused frees its key, what was cut off says that nobody knows', async () => {
  const key = { 'idempotency-key': 'mend-and-repeat' }
  assert.deepEqual(said(await server.call('POST', '/products', { id: '..' }, key)), [
    ...[400, 'REQUEST_INVALID'],
  ])
  assert.equal((await server.call('POST', '/products', { id: 'lumen-mended' }, key)).status, 201)

  const { keptAnswers } = storesOf(server)
  const cut = { 'idempotency-key': 'cut-off' }
  await server.call('POST', '/products', { id: 'lumen-cut' }, cut)
  await keptAnswers.finish('machine', 'cut-off', {
    ...{ state: 'underWay', status: 0, headers: {}, body: '' },
  })
  const again = () => server.call('POST', '/products', { id: 'lumen-cut' }, cut)
  assert.deepEqual(said(await again()), [409, 'IDEMPOTENCY_UNDER_WAY'])
  server.clock.at = new Date(server.clock.at.getTime() + 60_000)
  assert.deepEqual(said(await again()), [409, 'IDEMPOTENCY_OUTCOME_UNKNOWN'])
})

test('an answer with a secret is kept nowhere', async () => {
  const key = { 'idempotency-key': 'one-token' }
  const wanted = { name: 'CI', scopes: ['device.read'], product: RED }
  const made = await chief.call('POST', '/me/tokens', wanted, key)
  assert.equal(made.status, 201)
  assert.deepEqual(said(await chief.call('POST', '/me/tokens', wanted, key)), [
    ...[409, 'IDEMPOTENCY_ANSWER_SECRET'],
  ])
  const rows = await server.edge?.database.selectFrom('kept_answers').selectAll().execute()
  assert.equal(JSON.stringify(rows).includes(made.body.secret.slice(-43)), false)
  assert.equal((await chief.call('GET', '/me/tokens')).body.length, 1)
})

test('a key that is none is refused', async () => {
  for (const key of ['x'.repeat(256), 'a b']) {
    const answer = await server.call('POST', '/products', { id: 'x' }, { 'idempotency-key': key })
    assert.deepEqual(said(answer), [400, 'IDEMPOTENCY_KEY_INVALID'])
  }
})

test('an account that floods is told when to go on, and others are not held up', async (t) => {
  const small = await TestServer.start(t, { requestLimits: { perAccount: 5 } })
  const flooding = await signedIn(small, [])
  const calm = await signedIn(small, [])
  for (let count = 4; count >= 0; count -= 1) {
    const { status, headers } = await flooding.call('GET', '/me')
    assert.equal(status, 200)
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`"account"; r=${count}; t=\\d+`))
  }
  const { status, body, headers } = await flooding.call('GET', '/me')
  assert.deepEqual([status, body.code], [429, 'TOO_MANY_REQUESTS'])
  assert.deepEqual(body.facts, { perMinute: 5, per: 'account' })
  const seconds = Number(headers.get('retry-after'))
  assert.ok(seconds >= 1 && seconds <= 60, String(seconds))
  assert.match(headers.get('ratelimit-policy') ?? '', /"account"; q=5; w=60/)
  assert.equal((await calm.call('GET', '/me')).status, 200)
  assert.equal((await small.call('GET', '/me')).status, 200)
})

test('an address that floods is held up before anybody asks who is calling, and it cannot name another', async (t) => {
  const small = await TestServer.start(t, {
    requestLimits: { perAddress: 3 },
    operatorUrl: 'https://fleet.example.com',
  })
  const from = async (forwarded: string) => {
    const headers = { authorization: 'Bearer nothing', 'x-forwarded-for': forwarded }
    return (await small.call('GET', '/me', undefined, headers)).status
  }
  // What a client writes itself stands left of what the proxy adds.
  const statuses: number[] = []
  for (const own of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']) {
    statuses.push(await from(`${own}, 192.0.2.7`))
  }
  assert.deepEqual(statuses, [401, 401, 401, 429])
  assert.equal(await from('192.0.2.8'), 401)
  // One line has more IPv6 addresses than anybody can count.
  const line: number[] = []
  for (const end of ['1', '2', '3', '4']) line.push(await from(`2001:db8:0:1::${end}`))
  assert.deepEqual(line, [401, 401, 401, 429])
})

/** A body of which nothing more comes, on an express app of its own with short times. */
async function stalled(method: string, pieces: number): Promise<{ text: string }> {
  const app = express()
  const count: RequestHandler = async (request, response) => {
    let bytes = 0
    for await (const piece of request) bytes += (piece as Buffer).length
    response.json({ bytes })
  }
  app.use(inOrder([limitBodyTime({ idleMs: 60, leastBytes: 1, totalMs: 120 }), count]))
  app.use(sendProblem(pino({ level: 'silent' })))
  const listening = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  try {
    const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1')
    socket.write(`${method} / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n`)
    const beat = setInterval(() => {
      pieces -= 1
      if (pieces >= 0) socket.write('x')
    }, 25)
    let text = ''
    for await (const part of socket) text += part
    clearInterval(beat)
    return { text }
  } finally {
    listening.closeAllConnections()
    listening.close()
  }
}

test('a body that never ends is answered and cut off: drop by drop as JSON, in silence as an upload', async () => {
  const drip = await stalled('POST', 1_000)
  assert.match(drip.text, /^HTTP\/1\.1 408 /)
  assert.match(drip.text, /BODY_TOO_SLOW/)
  assert.match(drip.text, /Connection: close/i)
  const silent = await stalled('PUT', 10)
  assert.match(silent.text, /^HTTP\/1\.1 408 /)
})

const refused: [
  what: string,
  path: string,
  body: string,
  headers: Record<string, string>,
  said: unknown[],
][] = [
  ['wrong type', '/accounts', '"text"', {}, [400, 'BODY_INVALID']],
  ['a list', '/accounts', '[]', {}, [400, 'REQUEST_INVALID']],
  ['nothing', '/accounts', '', {}, [400, 'REQUEST_INVALID']],
  ['an unknown field', '/accounts', '{"kind":"service","root":1}', {}, [400, 'REQUEST_INVALID']],
  ['a prototype', '/accounts', '{"__proto__":{"kind":"service"}}', {}, [400, 'REQUEST_INVALID']],
  [
    'XML',
    '/accounts',
    '<a/>',
    { 'content-type': 'application/xml' },
    [415, 'BODY_TYPE_UNSUPPORTED'],
  ],
  ['too much', '/accounts', `{"name":"${'x'.repeat(70_000)}"}`, {}, [413, 'BODY_TOO_LARGE']],
  ['SQL', "/accounts/' OR 1=1 --/grants", '{}', {}, [400, 'REQUEST_INVALID']],
  ['a path', '/accounts/..%2f..%2fadmin-token/grants', '{}', {}, [400, 'REQUEST_INVALID']],
  ['a null byte', '/accounts/acc-%00/grants', '{}', {}, [404, 'NOT_FOUND']],
  ['no encoding', '/accounts/%E0%A4%A/grants', '{}', {}, [404, 'NOT_FOUND']],
]
for (const [what, path, body, headers, expected] of refused) {
  test(`bad input to a route of accounts: ${what}`, async () => {
    const { account, credential } = chief
    const answer = await new Promise<PersonAnswer>((resolve, reject) => {
      // fetch would tidy the path up.
      const sent = httpRequest(
        server.url('/'),
        {
          path: `/api/1${path.replaceAll(' ', '%20')}`,
          method: 'POST',
          headers: { ...credential, 'content-type': 'application/json', ...headers },
        },
        async (response) => {
          let text = ''
          for await (const part of response) text += part
          const status = response.statusCode ?? 0
          resolve({ status, headers: new Headers(), body: JSON.parse(text) })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
    assert.deepEqual(said(answer), expected)
    assert.doesNotMatch(JSON.stringify(answer.body), /\.ts|node_modules|node:/, 'no stack')
    assert.equal((await storesOf(server).accounts.find(account.id))?.revision, account.revision)
  })
}
