/**
 * Writes down that devices run another version: in the transaction of the reports that say so, so that a report that
 * comes twice changes nothing the second time. The time is the server's: when it heard so.
 */
import type { Transaction } from 'kysely'
import type { Tables } from '../database.ts'

export interface ChangedVersion {
  readonly device: string
  readonly product: string
  readonly version: string
}

export async function writeStays(
  transaction: Transaction<Tables>,
  changed: readonly ChangedVersion[],
  now: number,
): Promise<void> {
  if (changed.length === 0) return
  const devices = changed.map(({ device }) => device)
  await endStays(transaction, devices, now)
  await transaction
    .insertInto('device_stays')
    .values(changed.map((stay) => ({ ...stay, since: now, until: null, began_before: 0 })))
    // Where the clock was set back.
    .onConflict((conflict) =>
      conflict.columns(['device', 'since']).doUpdateSet(({ ref }) => ({
        ...{ product: ref('excluded.product'), version: ref('excluded.version') },
        ...{ until: null, began_before: 0 },
      })),
    )
    .execute()
}

/** A stay that began in this very second was none. */
export async function endStays(
  transaction: Transaction<Tables>,
  devices: readonly string[],
  now: number,
): Promise<void> {
  await transaction
    .deleteFrom('device_stays')
    .where('device', 'in', devices)
    .where('until', 'is', null)
    .where('since', '>=', now)
    .execute()
  await transaction
    .updateTable('device_stays')
    .set({ until: now })
    .where('device', 'in', devices)
    .where('until', 'is', null)
    .execute()
}
