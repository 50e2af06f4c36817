/** Opens a database of SQLite, and is gone before the statement of the number it is given. */
import SqliteConnection from 'better-sqlite3'
import { openDatabase } from '../../src/adapters/sql/database.ts'

const [file = '', number = ''] = process.argv.slice(2)
const { prepare } = SqliteConnection.prototype
let statements = 0
SqliteConnection.prototype.prepare = function (this: SqliteConnection.Database, text: string) {
  statements += 1
  if (statements === Number(number)) process.kill(process.pid, 'SIGKILL')
  return prepare.call(this, text)
} as typeof prepare

const database = await openDatabase({ file })
await database.destroy()
