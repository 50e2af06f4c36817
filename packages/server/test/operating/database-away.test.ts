/** The database goes away under a server with devices, and comes back. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { reportTopic } from '@fleetward/shared'
import SqliteConnection from 'better-sqlite3'
import type { MqttClient } from 'mqtt'
import { until } from '../../../../test/end-to-end/support/until.ts'
import { PRODUCT } from '../support/desk.ts'
import { type EdgeUnderTest, endings } from '../support/edge-under-test.ts'
import { RunningPostgres } from '../support/postgres.ts'
import { TestDevice } from '../support/test-device.ts'
import { TestServer } from '../support/test-server.ts'
import { WholeServer } from '../support/whole-server.ts'

const ends = endings()
after(() => ends.endAll())
let postgres: RunningPostgres
let server: WholeServer
let device: TestDevice
let client: MqttClient

before(async () => {
  postgres = await RunningPostgres.start()
  ends.after(() => postgres.stop())
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-away-'))
  ends.after(() => rm(folder, { recursive: true, force: true }))
  const { url, password } = await postgres.database()
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  server = await WholeServer.start(ends, { database: { url, passwordFile } })
  const { status, body } = await call('POST', '/products', { id: PRODUCT })
  assert.equal(status, 201)
  const asEdge = {
    edge: { ports: server.ports, anchors: { serverCaPem: body.serverCa } },
    clock: server.clock,
    token: async () =>
      (await call('POST', `/products/${PRODUCT}/enrolment-tokens`, { cohort: 'homes' })).body.token,
  }
  device = await TestDevice.enrolled(ends, asEdge as unknown as EdgeUnderTest, 'lumen-1')
  client = await device.mqtt()
  await send(client, await device.report())
})

async function call(method: string, path: string, sent?: object) {
  const response = await fetch(server.url(`/api/1${path}`), {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: sent === undefined ? null : JSON.stringify(sent),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  const body: any = await response.json()
  return { status: response.status, headers: response.headers, body }
}

async function readiness() {
  const response = await fetch(`http://127.0.0.1:${server.ports.metrics}/readyz`)
  const { parts } = (await response.json()) as { parts: Parts }
  return { status: response.status, parts }
}

const notSoon = (what: string) => () => what

type Parts = Record<string, { status: string; since: string; says?: string }>

/** Resolves when the broker has acknowledged it. */
const send = (to: MqttClient, token: string) =>
  to.publishAsync(reportTopic(PRODUCT, 'lumen-1'), token, { qos: 1 })

async function reportsOnRecord(): Promise<{ last: number; missing: number }> {
  return (await call('GET', `/products/${PRODUCT}/devices/lumen-1`)).body.reports
}

// CRA P-h0, P-079
test('while the database is away the server says so, takes nothing it could lose, and catches up', async () => {
  assert.equal((await readiness()).status, 200)
  await postgres.pause()

  const refused = await call('GET', '/products')
  assert.deepEqual([refused.status, refused.body.code], [503, 'DATABASE_AWAY'])
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  const { status, parts } = await until(async () => {
    const seen = await readiness()
    return seen.status === 503 && seen
  }, notSoon('not ready'))
  assert.equal(status, 503)
  assert.equal(parts.database?.status, 'away')
  assert.equal(parts.broker?.status, 'ok')
  const since = parts.database?.since
  assert.equal((await fetch(`http://127.0.0.1:${server.ports.metrics}/healthz`)).status, 200)
  const metrics = await fetch(`http://127.0.0.1:${server.ports.metrics}/metrics`)
  assert.match(await metrics.text(), /^fleetward_ready\{part="database"\} 0$/m)

  // Over both ways: neither is acknowledged, so the device keeps it and sends it again.
  const second = await device.report()
  let acknowledged = false
  send(client, second).then(
    () => (acknowledged = true),
    () => {},
  )
  const { status: posted, json } = await device.post(second)
  assert.deepEqual([posted, json.code], [503, 'DATABASE_AWAY'])
  assert.equal((await readiness()).parts.database?.since, since)
  assert.equal(acknowledged, false)

  await postgres.resume()
  await until(async () => (await readiness()).status === 200, notSoon('ready again'))
  const again = client.connected ? client : await device.mqtt()
  await send(again, second)
  await send(again, await device.report())
  await until(async () => (await reportsOnRecord()).last === 3, notSoon('three reports'))
  const { missing } = await reportsOnRecord()
  assert.equal(missing, 0)
})

test('a database that crashed is come back to as well', async () => {
  await postgres.pause('immediate')
  assert.equal((await call('GET', '/products')).status, 503)
  await postgres.resume()
  await until(async () => (await readiness()).status === 200, notSoon('ready again'))
  assert.equal((await call('GET', '/products')).status, 200)
})

test('a database file that somebody else holds is "later", not "broken"', async (t) => {
  const held = await TestServer.start(t)
  const other = new SqliteConnection(join(held.folder, 'fleetward.db'))
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  const { status, body } = await held.call('POST', '/products', { id: PRODUCT })
  assert.deepEqual([status, body.code], [503, 'DATABASE_AWAY'])
  // Readers are not held up.
  assert.equal((await held.call('GET', '/products')).status, 200)
  other.exec('ROLLBACK')
  assert.equal((await held.call('POST', '/products', { id: PRODUCT })).status, 201)
})
