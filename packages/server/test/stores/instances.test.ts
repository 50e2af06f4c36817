import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { pino } from 'pino'
import { NotAloneError } from '../../src/adapters/sql/postgres/not-alone.ts'
import { PostgresInstances } from '../../src/adapters/sql/postgres/postgres-instances.ts'
import { withPassword } from '../../src/adapters/sql/postgres/postgres-url.ts'
import { BELLS } from '../../src/instances/instances.ts'
import { until } from '../support/broker-site.ts'
import { testPostgres } from '../support/engines.ts'
import type { PostgresPlace } from '../support/postgres.ts'

const log = pino({ level: 'silent' })

async function open(t: TestContext, place: PostgresPlace, broker: 'embedded' | 'outside') {
  const instances = await PostgresInstances.open({ place, broker, log })
  t.after(() => instances.stop())
  return instances
}

function untilLeads(instances: PostgresInstances): Promise<void> {
  if (instances.leads()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = instances.watch((leads) => {
      if (leads) resolve(end())
    })
  })
}

test('of several servers one leads, and when it ends another one does', async (t) => {
  const place = await (await testPostgres()).database()
  const first = await open(t, place, 'outside')
  const others = [await open(t, place, 'outside'), await open(t, place, 'outside')]
  assert.equal(first.leads(), true)
  assert.deepEqual(
    others.map((other) => other.leads()),
    [false, false],
  )
  await first.stop()
  assert.equal(first.leads(), false)
  await Promise.race(others.map(untilLeads))
  assert.equal(others.filter((other) => other.leads()).length, 1)
})

test('a server that loses the database leads no longer, and comes back when the database does', async (t) => {
  const postgres = await testPostgres()
  const place = await postgres.database()
  const server = await open(t, place, 'outside')
  const seen: boolean[] = []
  const gone = new Promise<void>((resolve) => {
    server.watch((leads) => {
      seen.push(leads)
      if (!leads) resolve()
    })
  })
  await postgres.pause('immediate')
  await gone
  assert.equal(server.leads(), false)
  await postgres.resume()
  await untilLeads(server)
  assert.deepEqual(seen, [false, true])
})

test('PostgreSQL looks every ten seconds whether a silent server is still there, so that another one can lead', {
  skip: process.platform !== 'linux' && '/proc/net/tcp is only on Linux',
}, async (t) => {
  const place = await (await testPostgres()).database()
  await open(t, place, 'outside')
  const { hostname, port, pathname } = new URL(place.url)
  assert.equal(hostname, '127.0.0.1')
  const client = new Client({ connectionString: withPassword(place) })
  await client.connect()
  t.after(() => client.end())
  const { rows } = await client.query(
    `SELECT client_port FROM pg_stat_activity WHERE application_name = 'fleetward-instance' AND datname = $1`,
    [pathname.slice(1)],
  )
  const hex = (number: string) => Number(number).toString(16).toUpperCase().padStart(4, '0')
  const [local, remote] = [hex(port), hex(rows[0].client_port)]
  // proc_net_tcp(5): `tr` 02 is the keepalive timer, `when` the hundredths of a second until it rings. Before that,
  // for a moment, the timer is that of the last answer.
  const timer = new RegExp(`:${local} \\w+:${remote} 01 \\S+ 02:(\\w+) `)
  let found: RegExpExecArray | null = null
  await until(async () => {
    found = timer.exec(await readFile('/proc/net/tcp', 'utf8'))
    return found !== null
  })
  const seconds = Number.parseInt(found?.[1] ?? '', 16) / 100
  assert.ok(seconds <= 10, `${seconds} s`)
})

test('every bell that one server rings is heard by all of them, the ringing one included', async (t) => {
  const place = await (await testPostgres()).database()
  const servers = [await open(t, place, 'outside'), await open(t, place, 'outside')]
  const heard = servers.flatMap((server) =>
    BELLS.map((bell) => new Promise<void>((resolve) => void server.onRing(bell, resolve))),
  )
  for (const bell of BELLS) servers[1]?.ring(bell)
  await Promise.all(heard)
})

test('a server with its own broker is refused beside others, and so are others beside it', async (t) => {
  const place = await (await testPostgres()).database()
  const alone = await open(t, place, 'embedded')
  await assert.rejects(open(t, place, 'embedded'), NotAloneError)
  await assert.rejects(open(t, place, 'outside'), NotAloneError)
  await alone.stop()
  await open(t, place, 'outside')
  await assert.rejects(open(t, place, 'embedded'), NotAloneError)
})
