/**
 * A dialect whose connections measure their queries and say in one way that the database is away: whoever asks then
 * answers "later" instead of "broken", and what waits for the database is kept.
 */
import { DeviceError } from '@fleetward/shared'
import type { DatabaseConnection, Dialect, Driver } from 'kysely'
import { observed } from '../../observability/observe.ts'

/** The database cannot be asked now. Nothing was changed; the same again later. */
export class DatabaseAwayError extends Error {
  override readonly name = 'DatabaseAwayError'

  constructor(cause: unknown) {
    super('The database cannot be reached', { cause })
  }
}

export function watchedDialect(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (database) => dialect.createIntrospector(database),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => watchedDriver(dialect.createDriver()),
  }
}

function watchedDriver(driver: Driver): Driver {
  const watched = new WeakSet<DatabaseConnection>()
  return new Proxy(driver, {
    get: (_, name: keyof Driver) => {
      if (name !== 'acquireConnection') return driver[name]?.bind(driver)
      return async (...options: Parameters<Driver['acquireConnection']>) => {
        const connection = await driver.acquireConnection(...options).catch(rethrow)
        // Drivers keep and compare their own connections, so they are watched in place.
        if (!watched.has(connection)) watch(connection)
        watched.add(connection)
        return connection
      }
    },
  })
}

function watch(connection: DatabaseConnection): void {
  const execute = connection.executeQuery.bind(connection)
  connection.executeQuery = async (...query) => {
    const start = performance.now()
    let isFailed = true
    try {
      const result = await execute(...query)
      isFailed = false
      return result as never
    } catch (error) {
      return rethrow(error)
    } finally {
      observed({ what: 'query', ms: performance.now() - start, isFailed, facts: {} })
    }
  }
}

function rethrow(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'SQLITE_FULL')
    throw new DeviceError('DISK_FULL', { path: 'database' }, { cause: error })
  throw isAway(error, code) ? new DatabaseAwayError(error) : error
}

/** https://www.sqlite.org/rescode.html */
const AWAY_SQLITE = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|PROTOCOL)/
/**
 * https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, too many connections, shutting
 * down, read-only after a failover.
 */
const AWAY_POSTGRES = /^(08...|53300|57P0[1-3]|25006)$/
const AWAY_NETWORK = /^(E(CONN\w+|PIPE|TIMEDOUT|HOST\w+|NET\w+|AI_AGAIN)|ENOTFOUND)$/
/** pg has no codes for these. */
const AWAY_SENTENCES =
  /^(Connection terminated|timeout exceeded|timeout expired|Client has encountered|Client was closed|Query read timeout)/

function isAway(error: unknown, code: string): boolean {
  // An answer of PostgreSQL's; SQLite's and the network's errors have no severity.
  if (error instanceof Error && 'severity' in error) return AWAY_POSTGRES.test(code)
  if (AWAY_SQLITE.test(code) || AWAY_NETWORK.test(code)) return true
  return error instanceof Error && AWAY_SENTENCES.test(error.message)
}
