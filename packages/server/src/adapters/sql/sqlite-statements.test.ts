import assert from 'node:assert/strict'
import { test } from 'node:test'
import Sqlite from 'better-sqlite3'
import { SqliteStatements } from './sqlite-statements.ts'

/** A database that has room for a few pages. */
function small() {
  const connection = new Sqlite(':memory:')
  connection.pragma('page_size = 512')
  connection.exec('create table notes (text text)')
  connection.pragma('max_page_count = 12')
  const statements = new SqliteStatements(connection)
  return {
    connection,
    run: (text: string, ...parameters: readonly string[]) =>
      statements.prepare(text).run(parameters),
  }
}
const NOTE = 'insert into notes values (?)'
const count = (connection: Sqlite.Database) =>
  connection.prepare('select count(*) from notes').pluck().get()

test('a transaction that a full disk has ended keeps nothing of what comes behind it', () => {
  const { connection, run } = small()
  run('begin')
  run(NOTE, 'before')
  assert.throws(() => run(NOTE, 'x'.repeat(100_000)), { code: 'SQLITE_FULL' })
  assert.equal(connection.inTransaction, false)
  assert.throws(() => run(NOTE, 'behind'), /ended the transaction/)
  run('rollback')
  assert.equal(count(connection), 0)

  run('begin')
  run(NOTE, 'small')
  run('commit')
  run(NOTE, 'alone')
  assert.equal(count(connection), 2)
})

test('what was begun is rolled back, and the end of what nobody began is refused', () => {
  const { connection, run } = small()
  run('begin')
  run(NOTE, 'taken back')
  run('rollback')
  assert.equal(count(connection), 0)
  assert.throws(() => run('commit'), /no transaction is active/)
})
