import type { Logger } from 'pino'
import type { DatabasePlace } from '../adapters/sql/database.ts'
import type { Settings } from '../settings.ts'
import type { Instances } from './instances.ts'
import { SingleInstance } from './single-instance.ts'

/** A database in a file has one server; one on the network may have several. */
export async function openInstances(
  { broker }: Pick<Settings, 'broker'>,
  place: DatabasePlace,
  log: Logger,
): Promise<Instances> {
  if ('file' in place) return new SingleInstance()
  // The driver is in memory where it is used alone.
  const { PostgresInstances } = await import('../adapters/sql/postgres/postgres-instances.ts')
  return PostgresInstances.open({
    ...{ place, log },
    broker: broker === undefined ? 'embedded' : 'outside',
  })
}
