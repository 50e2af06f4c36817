/** The audit log on its way to a log server: in order, over outages and restarts, to nobody else. */
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import { openDatabase } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { LogSink } from '../../src/audit/export/log-sink.ts'
import type { Database } from '../../src/stores.ts'
import { LogCollector } from '../support/log-collector.ts'

/** What is waited for comes in milliseconds; a defect would let it never come. */
const PATIENCE_MS = 20_000

const PACE = { lookEveryMs: 10, firstRetryMs: 10, lastRetryMs: 50 }

interface Site {
  readonly database: Database
  readonly authority: TestAuthority
  /** What the process log says, by event. */
  readonly said: string[]
  /** Resolves when the process log says it. */
  isSaid(event: string): Promise<void>
  append(count: number): Promise<void>
  sink(port: number, leads?: () => boolean): LogSink
}

async function site(t: TestContext): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-sink-'))
  const connection = await openDatabase({ file: join(folder, 'fleetward.db') })
  const sinks: LogSink[] = []
  t.after(async () => {
    for (const sink of sinks) await sink.stop()
    await connection.destroy()
    await rm(folder, { recursive: true })
  })
  const database = sqlStores(connection)
  const authority = await TestAuthority.create()
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.pem)
  const said: string[] = []
  const heard = new EventEmitter()
  const write = (line: string) => {
    const { event } = JSON.parse(line) as { event: string }
    said.push(event)
    heard.emit(event)
  }
  const log = pino({}, { write })
  return {
    ...{ database, authority, said },
    isSaid: async (event) => {
      if (!said.includes(event)) await once(heard, event)
    },
    append: async (count) => {
      for (let at = 0; at < count; at += 1) {
        const entry = { action: 'rollout.paused', subject: 'rollout/r1', outcome: 'done' as const }
        await database.audit.append({ at: 1_790_000_000, actor: SERVER_ACTOR, ...entry })
      }
    },
    sink: (port, leads = () => true) => {
      const settings = { host: 'localhost', port, caFile }
      const needs = { settings, database, instances: { leads }, host: 'updates.example.com', log }
      const sink = new LogSink({ ...needs, pace: PACE })
      sinks.push(sink)
      sink.start()
      return sink
    },
  }
}

async function collector(t: TestContext, { authority }: Site, port = 0) {
  const there = new LogCollector(await authority.server())
  t.after(() => there.close())
  return { collector: there, port: await there.listen(port) }
}

test('CRA P-097: entries arrive in order, and after an outage what was kept meanwhile', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  await at.append(2)
  const first = await collector(t, at)
  const sink = at.sink(first.port)
  await first.collector.until(2)
  await at.append(1)
  await first.collector.until(3)
  assert.deepEqual(first.collector.numbers, [1, 2, 3])
  await first.collector.close()
  await at.append(2)
  const again = await collector(t, at, first.port)
  await again.collector.until(5)
  assert.deepEqual([...new Set(again.collector.numbers)].slice(-2), [4, 5])
  assert.ok(at.said.includes('log-server-away'))
  // A restart goes on where it was.
  await sink.stop()
  await at.append(1)
  await again.collector.close()
  const third = await collector(t, at, first.port)
  at.sink(first.port)
  await third.collector.until(6)
  assert.deepEqual(third.collector.numbers, [6])
})

test('what was on its way when the line broke is sent again', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  const { collector: there, port } = await collector(t, at)
  there.isFailing = true
  await at.append(3)
  at.sink(port)
  await at.isSaid('log-server-away')
  there.isFailing = false
  await there.until(3)
  assert.deepEqual([...new Set(there.numbers)], [1, 2, 3])
})

test('a log server that somebody else vouches for gets nothing', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  await at.append(1)
  const stranger = await TestAuthority.create('somebody else')
  const there = new LogCollector(await stranger.server())
  t.after(() => there.close())
  at.sink(await there.listen())
  await at.isSaid('log-server-away')
  assert.deepEqual(there.messages, [])
  assert.equal(await at.database.told.position('log-server'), 0)
})

test('of two servers only the one that leads sends, and the next leader goes on', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  const { collector: there, port } = await collector(t, at)
  let leader = 1
  at.sink(port, () => leader === 1)
  at.sink(port, () => leader === 2)
  await at.append(2)
  await there.until(2)
  leader = 2
  await at.append(2)
  await there.until(4)
  assert.deepEqual(there.numbers, [1, 2, 3, 4])
})
