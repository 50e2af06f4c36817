/** What is known of signs that a device is two, per device, in the transaction that writes its presence. */
import type { Transaction } from 'kysely'
import type { Suspected } from '../../../devices/reports/clone-alarm.ts'
import {
  type CloneWatch,
  cloneWatchAfter,
  isSuspicious,
  type Sighting,
  UNWATCHED,
} from '../../../devices/reports/clone-watch.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'

/** The device, when it has become suspicious and nobody was told yet. */
export async function watchForClone(
  transaction: Transaction<Tables>,
  device: string,
  sightings: readonly Sighting[],
  now: number,
): Promise<readonly Suspected[]> {
  const row = await transaction
    .selectFrom('device_heads')
    .innerJoin('devices', 'devices.id', 'device_heads.device')
    .select(['clone_watch', 'product', 'clone_suspected_at'])
    .where('device', '=', device)
    // It may be seen by two servers at once.
    .$if(engineOf(transaction) === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
  if (row === undefined) return []
  const known: CloneWatch = { ...UNWATCHED, ...JSON.parse(row.clone_watch ?? '{}') }
  const watch = sightings.reduce(
    (before, sighting) => cloneWatchAfter(before, sighting, now),
    known,
  )
  // Most devices are where they were.
  if (watch === known) return []
  await transaction
    .updateTable('device_heads')
    .set({ clone_watch: JSON.stringify(watch) })
    .where('device', '=', device)
    .execute()
  const isNew = row.clone_suspected_at === null && isSuspicious(watch, now)
  return isNew ? [{ product: row.product, device, watch }] : []
}
