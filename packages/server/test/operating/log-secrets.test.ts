/** Every call of the API with secrets that are known, also when it fails: none of them is in the log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openLog } from '../../src/observability/server-log.ts'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { signedIn } from '../support/people.ts'
import { WholeServer } from '../support/whole-server.ts'

const lines: string[] = []
const log = openLog({ write: (line) => void lines.push(line) }, 'debug')
let server: WholeServer

const MARK = 'hunter2'
/** Secrets that the server itself gave out, or was shown. */
const secrets = new Set<string>([MARK])

type Schema = {
  readonly type?: string
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly $ref?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> }
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}

/** A body of the documented shape with the mark in every text. */
function filled(document: Document, schema: Schema, depth = 0): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return filled(document, document.components.schemas[name] ?? {}, depth + 1)
  }
  if (schema.anyOf?.[0] !== undefined) return filled(document, schema.anyOf[0], depth + 1)
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'array')
    return depth > 5 ? [] : [filled(document, schema.items ?? {}, depth + 1)]
  if (schema.type === 'integer' || schema.type === 'number') return 1
  if (schema.type === 'boolean') return false
  if (schema.properties === undefined) return `${MARK}-${depth}`
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, each]) => [
      name,
      depth > 5 ? MARK : filled(document, each, depth + 1),
    ]),
  )
}

/** What an answer shows once. */
function keepSecretsOf(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  for (const [name, value] of Object.entries(answer)) {
    const isSecret = /token|secret|code|link|password/i.test(name) && typeof value === 'string'
    if (isSecret && value.length >= 16) secrets.add(value)
    keepSecretsOf(value)
  }
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(server.url(path), {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: body === undefined || method === 'GET' ? null : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) {
    await response.body?.cancel()
    return response.status
  }
  const text = await response.text()
  try {
    keepSecretsOf(JSON.parse(text))
  } catch {
    // A page or an export.
  }
  return response.status
}

async function driveEverything(document: Document): Promise<number> {
  let calls = 0
  for (const [path, operations] of Object.entries(document.paths)) {
    const place = path.replace('{product}', PRODUCT).replace(/\{[^}]+\}/g, 'unknown')
    for (const [method, operation] of Object.entries(operations)) {
      if (path === '/events' || path.endsWith('/events')) continue
      const schema = operation.requestBody?.content['application/json']?.schema
      const body = schema === undefined ? undefined : filled(document, schema)
      const url = `/api/1${place}?secret=${MARK}`
      await call(method.toUpperCase(), `/api/1${place}`, body)
      await call(method.toUpperCase(), url, body)
      await call(method.toUpperCase(), url, body, {
        authorization: `Bearer ${MARK}`,
        cookie: `session=${MARK}`,
      })
      await call(method.toUpperCase(), `/api/1${place}`, body, { authorization: `Basic ${MARK}` })
      calls += 4
    }
  }
  return calls
}

function secretsInTheLog(): string[] {
  const text = lines.join('')
  return [...secrets].filter((secret) => text.includes(secret))
}

// CRA P-095
test('no secret is in the log, whatever is called and whatever fails', async (t) => {
  const ends = endings()
  t.after(() => ends.endAll())
  server = await WholeServer.start(ends, {}, log)
  secrets.add(server.token)
  await call('POST', '/api/1/products', { id: PRODUCT })
  await call('POST', `/api/1/products/${PRODUCT}/enrolment-tokens`, { cohort: 'homes' })
  await call('POST', `/api/1/products/${PRODUCT}/keys/director/rotate`, {})
  const person = await signedIn(server, [{ role: 'administrator', product: '*' }])
  for (const value of Object.values(person.credential)) if (value.length >= 16) secrets.add(value)
  keepSecretsOf(
    (await person.call('POST', '/me/tokens', { name: 'ci', scopes: ['product.read'] })).body,
  )
  for (const path of ['/sign-in', '/sign-in/password', '/welcome', '/break-glass']) {
    await call('POST', path, { login: 'ada', password: MARK, code: MARK })
  }

  const response = await fetch(server.url('/api/1/openapi.json'), {
    headers: { authorization: `Bearer ${server.token}` },
  })
  const document = (await response.json()) as Document
  assert.ok((await driveEverything(document)) > 200)
  assert.ok(secrets.size >= 4, 'the server gave out secrets of its own')
  assert.deepEqual(secretsInTheLog(), [])

  // What asks the database fails now, with what its driver has to say.
  await rename((table) => [table, `${table}_gone`])
  await driveEverything(document)
  assert.ok(
    lines.some((line) => line.includes('request failed')),
    'failures are logged',
  )
  assert.deepEqual(secretsInTheLog(), [])
  await rename((table) => [`${table}_gone`, table])
})

async function rename(names: (table: string) => [from: string, to: string]): Promise<void> {
  for (const table of ['access_tokens', 'rollouts', 'server_keys', 'webhooks', 'audit_head']) {
    const [from, to] = names(table)
    await sql`ALTER TABLE ${sql.table(from)} RENAME TO ${sql.table(to)}`.execute(
      server.edge.database,
    )
  }
}
