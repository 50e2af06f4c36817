import type { Logger } from 'pino'
import type { DatabasePlace } from '../adapters/sql/database.ts'
import { PostgresInstances } from '../adapters/sql/postgres/postgres-instances.ts'
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
  return PostgresInstances.open({
    ...{ place, log },
    broker: broker === undefined ? 'embedded' : 'outside',
  })
}
