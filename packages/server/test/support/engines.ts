/**
 * One suite, both engines: every test of a store runs on SQLite and on a real PostgreSQL, each time on an empty
 * database with all migrations.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Kysely } from 'kysely'
import { type DatabasePlace, openDatabase, type Tables } from '../../src/adapters/sql/database.ts'
import { RunningPostgres } from './postgres.ts'

let postgres: Promise<RunningPostgres> | undefined

/** One for the whole test file; ended with its process, so after every server that stands on it. */
export function testPostgres(): Promise<RunningPostgres> {
  postgres ??= RunningPostgres.start().then((running) => {
    process.once('exit', () => running.abandon())
    return running
  })
  return postgres
}

export const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type EngineName = (typeof ENGINES)[number]

/** An empty place of its own. */
export async function emptyPlace(engine: EngineName, t: TestContext): Promise<DatabasePlace> {
  if (engine === 'PostgreSQL') return (await testPostgres()).database()
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-database-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return { file: join(folder, 'fleetward.db') }
}

export function eachEngine(
  sentence: string,
  work: (database: Kysely<Tables>, t: TestContext) => Promise<void>,
): void {
  for (const engine of ENGINES) {
    test(`${sentence} (${engine})`, async (t) => {
      const database = await openDatabase(await emptyPlace(engine, t))
      try {
        await work(database, t)
      } finally {
        await database.destroy()
      }
    })
  }
}
