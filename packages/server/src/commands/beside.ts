/** What a command works with that runs beside the server, on the same database. */
import { type Logger, pino } from 'pino'
import { type DatabasePlace, openDatabase } from '../adapters/sql/database.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import { databasePlaceOf } from '../database-place.ts'
import type { Clock } from '../ports.ts'
import type { OpenSeal } from '../secrets/open-seal.ts'
import type { OuterKeys } from '../secrets/outer-keys.ts'
import { SealingKeyError } from '../secrets/wrapping.ts'
import { openServerSeal, outerKeysOf } from '../server-seal.ts'
import type { Settings } from '../settings.ts'
import type { Database } from '../stores.ts'
import { CommandRefused } from './command.ts'

export interface Beside {
  readonly place: DatabasePlace
  readonly connection: Awaited<ReturnType<typeof openDatabase>>
  readonly database: Database
  readonly outer: OuterKeys
  readonly seal: OpenSeal
  readonly clock: Clock
}

/** Nothing of it goes to stdout, where a command's answer belongs. */
const QUIET: Logger = pino({ level: 'silent' })

export async function besideServer<Result>(
  settings: Settings,
  work: (beside: Beside) => Promise<Result>,
): Promise<Result> {
  const place = await databasePlaceOf(settings)
  const connection = await openDatabase(place)
  try {
    const clock = { now: () => new Date() }
    const database = sqlStores(connection)
    const outer = outerKeysOf(settings, process.env)
    const seal = await openServerSeal({ outer, place, database, clock, log: QUIET })
    return await work({ place, connection, database, outer, seal, clock })
  } catch (error) {
    if (error instanceof SealingKeyError) throw new CommandRefused(error.message)
    throw error
  } finally {
    await connection.destroy()
  }
}
