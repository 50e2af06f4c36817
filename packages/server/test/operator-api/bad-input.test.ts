/**
 * What bad input gets from every operation of the API, made from the OpenAPI document: an operation that is added is
 * tried without a line here. The right status with a documented code, nothing of what is inside, and no effect.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { aDataUse, anUpstreamReport, aStandard } from '../support/law-records.ts'
import { type Caller, signedIn, storesOf } from '../support/people.ts'
import {
  type DocumentSchema,
  type DocumentSchemas,
  exampleOf,
  resolved,
} from '../support/schema-example.ts'
import { TestServer } from '../support/test-server.ts'
import { aRisk } from '../support/whole-facts.ts'

const DEVICE = 'lumen-0001'
const UNKNOWN = 'nobodyKnowsThis'
const AT_ONCE = 8
const JSON_TYPE = { 'content-type': 'application/json' }

interface Operation {
  readonly method: string
  readonly path: string
  readonly name: string
  readonly parameters: readonly {
    readonly in: string
    readonly name: string
    readonly schema: DocumentSchema
  }[]
  /** Undefined where it takes no JSON. */
  readonly body: DocumentSchema | undefined
  readonly takesBytes: boolean
  /** Of its body. */
  readonly type: string
  readonly isRevised: boolean
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** What has to be as something else has it, or has a grammar and a code of its own. */
const NO_PROSE = [
  ...['components', 'supplier', 'finding', 'about', 'filter', 'url', 'code', 'zone', 'expression'],
]

const ended = endings()
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
let server: TestServer
let chief: Caller
let operations: readonly Operation[]
let schemas: DocumentSchemas
/** What is there, by the path up to and with the parameter. */
let ids: Readonly<Record<string, string>>

before(async () => {
  server = await TestServer.start(
    ended,
    { requestLimits: { perAccount: 1_000_000, perAddress: 1_000_000 } },
    { startEdge },
  )
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const database = server.edge?.database
  await database
    ?.insertInto('devices')
    .values({ id: DEVICE, product: PRODUCT, cohort: 'pilots', enrolled_at: 1 })
    .execute()
  await database?.insertInto('device_heads').values({ device: DEVICE }).execute()
  const make = async (path: string, body: object) => {
    const answer = await chief.call('POST', path, body)
    assert.equal(answer.status, 201, `${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const report = '0f3a5c7e9b1d2468'
  await storesOf(server).disclosure.add({
    ...{ id: report, sha256: '0'.repeat(64), receivedAt: 1, state: 'received', stateAt: 1 },
    ...{ title: 't', text: 't', affected: '', version: '', reporter: '', contact: '' },
    ...{ creditName: '', product: undefined, assignee: undefined, duplicateOf: undefined },
    ...{ isEmbargoed: true, acknowledgeBy: 2, assessBy: 3, told: undefined, revision: 1 },
  })
  const suggestion = '1f3a5c7e9b1d2468'
  await storesOf(server).caseSuggestions.add({
    ...{ id: suggestion, product: PRODUCT, sign: 'rejected-signatures', firstAt: 1, lastAt: 2 },
    ...{
      facts: { devices: 1, reports: 3, refusals: {}, examples: [] },
      state: 'open',
      revision: 1,
    },
    ...{ reason: undefined, decidedAt: undefined, decidedBy: undefined, caseId: undefined },
  })
  await storesOf(server).dossiers.begin(PRODUCT, 1, 1, chief.account.id)
  const incident = await make('/cases', { product: PRODUCT, kind: 'incident', title: 't' })
  const inProduct = `/products/${PRODUCT}`
  await make(`${inProduct}/cohorts`, { name: 'pilots-only' })
  await make(`${inProduct}/filters`, { name: 'old-ones', filter: 'version < 1.4.3' })
  await make(`${inProduct}/expected-devices`, { id: 'lumen-0002' })
  await make(`${inProduct}/risks`, aRisk('firmware-rollback'))
  await make(`${inProduct}/standards`, aStandard('en-40000-1-3'))
  await make(`${inProduct}/data-uses`, aDataUse('switching-times'))
  await make(`${inProduct}/upstream-reports`, anUpstreamReport('undici-brotli'))
  const publisher = { contacts: ['mailto:a@example.com'], organisation: 'Lumen' }
  assert.equal((await server.call('PATCH', '/disclosure/settings', publisher)).status, 200)
  const advisory = await make(`${inProduct}/advisories`, { title: 't' })
  const plan = { release: '1.4.3', cohort: 'pilots', share: 0.5, start: false }
  const rollout = await make(`${inProduct}/rollouts`, plan)
  const hook = { url: 'https://hooks.example.com/', types: ['approval.requested'] }
  const service = await make('/accounts', { kind: 'service', name: 'CI', owner: chief.account.id })
  const source = { feed: 'kev', kind: 'kev', everySeconds: 86_400 }
  await make('/feed-sources', { ...source, place: 'https://feeds.example.invalid/kev.json' })
  ids = {
    '/feeds/{feed}': 'kev',
    '/feed-sources/{feed}': 'kev',
    '/products/{product}': PRODUCT,
    '/dossiers/{version}': '1',
    '/metadata/{role}': 'security',
    '/metadata/files/{file}': '1.root.json',
    '/files/{sha256}': '0'.repeat(64),
    '/releases/{version}': '1.4.3',
    '/facts/versions/{version}': '1',
    '/findings/{finding}': '01234567-89ab-4cde-8f01-23456789abcd',
    '/gate-waivers/{waiver}': '01234567-89ab-4cde-8f01-23456789abcd',
    '/evidence/{evidence}': '1',
    '/requirements/{requirement}': 'I.2.c',
    '/standards/{standard}': 'en-40000-1-3',
    '/data-uses/{dataUse}': 'switching-times',
    '/upstream-reports/{upstreamReport}': 'undici-brotli',
    '/risks/{risk}': 'firmware-rollback',
    '/vulnerabilities/{name}': 'CVE-2021-21315',
    '/risk-assessments/{version}': '1',
    '/entitlements/{entitlement}': 'plus',
    '/rollouts/{id}': rollout.id,
    '/devices/{device}': DEVICE,
    '/expected-devices/{device}': 'lumen-0002',
    '/cohorts/{cohort}': 'pilots-only',
    '/filters/{filter}': 'old-ones',
    '/products/{product}/webhooks/{id}': (await make(`${inProduct}/webhooks`, hook)).id,
    '/webhooks/{id}': (await make('/webhooks', hook)).id,
    '/deliveries/{event}': '01234567-89ab-4cde-8f01-23456789abcd',
    '/accounts/{account}': service.id,
    '/grants/{grant}': `viewer@${PRODUCT}`,
    '/tokens/{token}': '0'.repeat(16),
    '/sessions/{session}': '0'.repeat(16),
    '/reports/{id}': report,
    '/advisories/{advisory}': advisory.id,
    '/cases/{id}': incident.id,
    '/case-suggestions/{id}': suggestion,
    '/subscriptions/{id}': '0'.repeat(16),
    '/uses/{id}': '0'.repeat(16),
    '/docs/{file}': 'page.css',
    '/products/{product}/keys/{purpose}': 'snapshot',
    '/keys/{purpose}': 'tls',
  }
  const { body } = await server.call('GET', '/openapi.json')
  schemas = body.components.schemas
  operations = operationsIn(body.paths)
  assert.ok(operations.length > 80)
})
after(async () => {
  agent.destroy()
  await ended.endAll()
})

test('a body with a field that nobody knows is refused, however deep it lies', async () => {
  await everyOne(async (operation, refused) => {
    if (operation.takesBytes || operation.method === 'GET') return
    if (operation.body === undefined) {
      if (operation.method === 'DELETE') return
      return refused({ [UNKNOWN]: 1 }, [400, 'REQUEST_INVALID'], UNKNOWN)
    }
    for (const schema of alternatives(operation.body)) {
      for (const body of withUnknown(exampleOf(schema, schemas, true), schema)) {
        await refused(body, [400, 'REQUEST_INVALID'], UNKNOWN)
      }
    }
  })
})

test('a field of another type is refused, objects that mean something to other databases among them', async () => {
  await everyOne(async ({ body }, refused) => {
    if (body === undefined) return
    for (const schema of alternatives(body)) {
      const full = exampleOf(schema, schemas, true)
      for (const [name, of] of Object.entries(schema.properties ?? {})) {
        for (const wrong of wrongOf(of)) {
          await refused({ ...(full as object), [name]: wrong }, [400, 'REQUEST_INVALID'], name)
        }
      }
    }
  })
})

/** An override of the reading direction, and a filler that counts as a letter; packages/server/src/http/written.test.ts has them all. */
const UNSEEN = ['\u202e', '\u3164']

test('a text with characters in it that nobody sees is refused, however deep it lies', async () => {
  await everyOne(async (operation, refused) => {
    const { body, path, parameters, method } = operation
    for (const schema of body === undefined ? [] : alternatives(body)) {
      const full = exampleOf(schema, schemas, true)
      for (const [field, withText] of textsIn(full, schema)) {
        if (NO_PROSE.includes(field)) continue
        for (const unseen of UNSEEN) {
          await refused(withText(`b${unseen}c`), [400, 'REQUEST_INVALID'], field)
        }
      }
    }
    // Of queries those that are kept or printed; the others are only compared.
    if (method !== 'PUT' && !path.endsWith('/declaration')) return
    for (const { name, in: place, schema } of parameters) {
      if (place !== 'query' || resolved(schema, schemas).type !== 'string') continue
      const query = `${name}=${encodeURIComponent('b\u202ec')}`
      const address = `${addressOf(path)}?${query}`
      const answer = await send(method, address, undefined, headersFor(operation))
      const { status, code, title } = checked(answer, `${method} ${path}?${name}`)
      assert.deepEqual([status, code], [400, 'REQUEST_INVALID'], `${method} ${path}?${name}`)
      assert.ok(title.includes(`${name}: `), `${method} ${path}?${name}: ${title}`)
    }
  })
})

test('a body that is no JSON object, too long, of another type or compressed is refused', async () => {
  const long = JSON.stringify({ name: 'x'.repeat(70_000) })
  await everyOne(async ({ body, takesBytes, method }, refused) => {
    if (takesBytes || method === 'GET' || method === 'DELETE') return
    for (const text of ['"text"', '5', 'null', '{"a":', '\u0000']) {
      await refused(text, [400, 'BODY_INVALID'])
    }
    await refused(long, [413, 'BODY_TOO_LARGE'])
    await refused('<a/>', [415, 'BODY_TYPE_UNSUPPORTED'], '', { 'content-type': 'text/xml' })
    const encoded = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    await refused('{}', [415, 'BODY_ENCODING_UNSUPPORTED'], '', encoded)
    await refused('[]', [400, 'REQUEST_INVALID'])
    if (body === undefined) return
    await refused('{"__proto__":{"isAdmin":true}}', [400, 'REQUEST_INVALID'])
    await refused('{"constructor":{"prototype":{}}}', [400, 'REQUEST_INVALID'])
  })
})

const PATHS = [
  '..',
  '%2e%2e',
  '..%2f..%2fadmin-token',
  '%2Fetc%2Fpasswd',
  '..%5c',
  '%00',
  '%E0%A4%A',
  'x'.repeat(2_000),
]
const INJECTIONS = [
  "' OR 1=1 --",
  "'; DROP TABLE devices; --",
  '") or ("a" = "a',
  '$(id)',
  '*',
  '%',
]

test('a path that leads elsewhere, and SQL in it, find nothing', async () => {
  await everyOne(async (operation) => {
    const { method, path } = operation
    for (const [parameter] of path.matchAll(/\{\w+\}/g)) {
      for (const bad of [...PATHS, ...INJECTIONS.map(encodeURIComponent)]) {
        const address = addressOf(path.replace(parameter, '\u0001')).replace('\u0001', bad)
        const answer = await send(method, address, undefined, headersFor(operation))
        const { status } = checked(answer, `${method} ${address.slice(0, 200)}`)
        assert.ok(
          status === 400 || status === 404,
          `${method} ${address}: ${status} ${answer.text}`,
        )
      }
    }
  })
})

test('a query with what nobody knows, twice the same, or SQL finds nothing and changes nothing', async () => {
  await everyOne(async (operation) => {
    const { method, path, parameters } = operation
    const headers = headersFor(operation)
    const ask = (query: string) => send(method, `${addressOf(path)}?${query}`, undefined, headers)
    const unknown = checked(await ask(`${UNKNOWN}=1`), `${method} ${path}?${UNKNOWN}`)
    assert.deepEqual([unknown.status, unknown.code], [400, 'REQUEST_INVALID'], `${method} ${path}`)
    for (const { name } of parameters.filter((parameter) => parameter.in === 'query')) {
      for (const bad of [`${name}=a&${name}=b`, `${name}[a]=b`, `${name}=%00`]) {
        const { status, code } = checked(await ask(bad), `${method} ${path}?${bad}`)
        assert.equal(status, 400, `${method} ${path}?${bad}`)
        assert.match(code, /^(REQUEST|FILTER)_INVALID$/, `${method} ${path}?${bad}`)
      }
      for (const bad of name === 'limit' ? ['0', '501', '-1', '1.5', '1e9'] : []) {
        const { status, code } = checked(await ask(`limit=${bad}`), `${path}?limit=${bad}`)
        assert.deepEqual([status, code], [400, 'REQUEST_INVALID'], `${path}?limit=${bad}`)
      }
      for (const injection of INJECTIONS) {
        const query = `${name}=${encodeURIComponent(injection)}`
        const answer = await ask(query)
        // A text that is only compared is found nowhere.
        if (answer.status === 200) assert.match(answer.text, /^(\[\])?$/, `${path}?${query}`)
        else assert.equal(checked(answer, `${path}?${query}`).status, 400, `${path}?${query}`)
      }
    }
  })
})

test('a body that never ends is answered before it has cost much, and the connection is closed', async () => {
  await everyOne(async (operation) => {
    const { method, path } = operation
    if (method === 'GET' || method === 'DELETE') return
    const { answer, sentBytes } = await endless(method, addressOf(path), headersFor(operation))
    const { status } = checked(answer, `${method} ${path}`)
    // A file that no metadata lists and a feed of no kind are not read at all, an import no further than its first mistakes.
    assert.ok(
      status === 413 ||
        (status === 404 && path.includes('/files/')) ||
        // Neither is one of which nobody says what it is.
        (status === 400 && /evidence|feeds|vex/.test(path)) ||
        (status === 422 && path.endsWith('/device-import')),
      `${method} ${path}: ${answer.text}`,
    )
    assert.ok(sentBytes < ENDLESS_MAX_BYTES, `${method} ${path}: ${sentBytes}`)
  })
})

test('a method that an address does not know is refused with those that it knows', async () => {
  for (const [path, known] of Map.groupBy(operations, ({ path }) => path)) {
    const methods = known.map(({ method }) => method)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'OPTIONS']) {
      if (methods.includes(method)) continue
      const { status, code } = checked(await send(method, addressOf(path)), `${method} ${path}`)
      assert.deepEqual([status, code], [405, 'METHOD_NOT_ALLOWED'], `${method} ${path}`)
    }
  }
})

type Refused = (
  body: unknown,
  expected: readonly [status: number, code: string],
  named?: string,
  headers?: object,
) => Promise<void>

/** Tries all operations, says all that is not so at once, and that none of it left anything behind. */
async function everyOne(
  attempt: (operation: Operation, refused: Refused) => Promise<void>,
): Promise<void> {
  await server.keepBooks()
  const before = await everyRow()
  const wrong: string[] = []
  const waiting = operations.values()
  const work = async () => {
    for (const operation of waiting) {
      const { method, path, name, isRevised } = operation
      const refused: Refused = async (body, expected, named = '', headers = JSON_TYPE) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        const ifMatch = isRevised ? { 'if-match': '*' } : {}
        const answer = await send(method, addressOf(path), text, { ...ifMatch, ...headers })
        const { status, code, title } = checked(answer, name)
        const isSo = status === expected[0] && code === expected[1] && title.includes(named)
        if (!isSo)
          wrong.push(`${name} ${text.slice(0, 200)}: ${status} ${code} ${title.slice(0, 200)}`)
      }
      try {
        await attempt(operation, refused)
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  assert.deepEqual(wrong, [])
  await server.keepBooks()
  assert.deepEqual(await everyRow(), before)
}

const SECTION =
  readFileSync(join(import.meta.dirname, '../../../../docs/protocol.md'), 'utf8').split(
    '### 13.2',
  )[1] ?? ''

/** A refusal as problem details with a documented code, and nothing of what is inside. */
function checked({ status, type, text }: Answer, what: string) {
  assert.ok(status >= 400 && status < 500, `${what}: ${status} ${text.slice(0, 300)}`)
  assert.match(type, /^application\/problem\+json/, what)
  const { code, title } = JSON.parse(text) as { code: string; title: string }
  assert.ok(SECTION.includes(`| \`${code}\` | ${status} |`), `${what}: ${status} ${code}`)
  assert.doesNotMatch(text, /\.ts\b|node_modules|node:|\bat \w+ \(|sqlite|select /i, what)
  return { status, code, title }
}

/** Of all tables but what refusals are noted in and what says when somebody was last seen. */
async function everyRow(): Promise<Readonly<Record<string, string>>> {
  const database = server.edge?.database
  if (database === undefined) throw new Error('The server is not running')
  const tables = (await database.introspection.getTables()).map(({ name }) => name)
  const rows: Record<string, string> = {}
  for (const table of tables.filter(
    (name) => !/^(audit|sessions$|sqlite|event_head$)/.test(name),
  )) {
    rows[table] = JSON.stringify(
      await database
        .selectFrom(table as 'devices')
        .selectAll()
        .execute(),
    )
  }
  const entries = await database.selectFrom('audit_entries').select(['action', 'outcome']).execute()
  rows.done = JSON.stringify(entries.filter(({ outcome }) => outcome === 'done'))
  return rows
}

function operationsIn(paths: Readonly<Record<string, object>>): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    // biome-ignore lint/suspicious/noExplicitAny: the document is JSON
    Object.entries(methods as Record<string, any>).map(([method, documented]) => {
      const content = documented.requestBody?.content ?? {}
      const isJson = content['application/json'] !== undefined && method !== 'put'
      const schema = isJson ? content['application/json'].schema : undefined
      return {
        ...{ method: method.toUpperCase(), path, name: `${method.toUpperCase()} ${path}` },
        parameters: documented.parameters ?? [],
        body: schema,
        takesBytes: method === 'put',
        type: Object.keys(content)[0] ?? 'application/json',
        isRevised: documented['x-if-match'] === true,
      }
    }),
  )
}

function headersFor({ type, isRevised, method }: Operation): Record<string, string> {
  return {
    ...(method === 'GET' || method === 'DELETE' ? {} : { 'content-type': type }),
    ...(isRevised ? { 'if-match': '*' } : {}),
  }
}

function alternatives(schema: DocumentSchema): readonly DocumentSchema[] {
  const known = resolved(schema, schemas)
  return known.oneOf?.map((one) => resolved(one, schemas)) ?? [known]
}

/** The value with an unknown field in each of its objects in turn that are no maps. */
function* withUnknown(value: unknown, schema: DocumentSchema): Generator<unknown> {
  const known = resolved(schema, schemas)
  if (known.items !== undefined && Array.isArray(value)) {
    for (const item of withUnknown(value[0], known.items)) yield [item, ...value.slice(1)]
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || known.properties === undefined) return
  // Also where the document lets anything in: it is made of the schema that forgot to be strict.
  if (typeof known.additionalProperties !== 'object') yield { ...value, [UNKNOWN]: 1 }
  for (const [name, of] of Object.entries(known.properties)) {
    const member = (value as Record<string, unknown>)[name]
    for (const changed of withUnknown(member, of)) yield { ...value, [name]: changed }
  }
}

/** Each text in the value, by its name: what makes the value with another text in its place. */
function* textsIn(
  value: unknown,
  schema: DocumentSchema,
  field = '',
): Generator<readonly [field: string, withText: (text: string) => unknown]> {
  const known = resolved(schema, schemas)
  if (typeof value === 'string') {
    if (known.enum === undefined && known.const === undefined) yield [field, (text) => text]
  } else if (Array.isArray(value)) {
    for (const [name, change] of textsIn(value[0], known.items ?? {}, field)) {
      yield [name, (text) => [change(text), ...value.slice(1)]]
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const of = known.properties?.[name] ?? {}
      for (const [inside, change] of textsIn(member, of, name)) {
        yield [inside, (text) => ({ ...value, [name]: change(text) })]
      }
    }
  }
}

function wrongOf(schema: DocumentSchema): readonly unknown[] {
  const { type } = resolved(schema, schemas)
  if (type === undefined) return [{ $ne: null }, [{}]]
  if (type === 'object') return ['text', [], 5]
  if (type === 'array') return [{ $ne: null }, 'text']
  if (type === 'string') return [{ $ne: null }, ['text'], 5, true]
  return [{ $ne: null }, ['text'], 'text']
}

function addressOf(path: string): string {
  const known = Object.keys(ids).toSorted((one, other) => other.length - one.length)
  const filled = path.replace(/\{\w+\}/g, (parameter, at: number) => {
    const upTo = path.slice(0, at + parameter.length)
    const id = ids[known.find((key) => upTo.endsWith(key)) ?? '']
    if (id === undefined) throw new Error(`nothing is there for ${path}`)
    return encodeURIComponent(id)
  })
  return `/api/1${filled}`
}

/** As it is: fetch would tidy the path up. */
function send(method: string, path: string, body?: string, headers: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      server.url('/'),
      { agent, method, path, headers: { ...chief.credential, ...headers } },
      (response) => {
        if (/event-stream/.test(response.headers['content-type'] ?? '')) {
          resolve({ status: response.statusCode ?? 0, type: 'text/event-stream', text: '' })
          sent.destroy()
        } else read(response).then(resolve, reject)
      },
    )
    sent.on('error', (error) => (sent.destroyed ? undefined : reject(error)))
    sent.end(body)
  })
}

async function read(response: IncomingMessage): Promise<Answer> {
  let text = ''
  for await (const part of response) text += part
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }
}

const PIECE = Buffer.alloc(64 * 1024, ' ')
const ENDLESS_MAX_BYTES = 40 * 1024 * 1024

/** Sends until there is an answer, and afterwards until the connection is closed. */
function endless(
  method: string,
  path: string,
  headers: object,
): Promise<{ answer: Answer; sentBytes: number }> {
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined
    let sentBytes = 0
    const sent = httpRequest(server.url('/'), {
      ...{ agent: false, method, path },
      headers: { ...chief.credential, ...headers, 'transfer-encoding': 'chunked' },
    })
    sent.on('response', (response) => {
      read(response).then((whole) => {
        answer = whole
      }, reject)
    })
    sent.on('error', () => {})
    sent.on('close', () =>
      answer === undefined
        ? reject(new Error(`${method} ${path}: cut off without an answer`))
        : resolve({ answer, sentBytes }),
    )
    const more = () => {
      if (sent.destroyed || sentBytes >= ENDLESS_MAX_BYTES) return void sent.destroy()
      sentBytes += PIECE.length
      sent.write(PIECE, () => setImmediate(more))
    }
    more()
  })
}
