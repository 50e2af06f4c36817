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
  const rows = await transaction
    .selectFrom('device_stays')
    .select(['device', 'since', 'version'])
    .where(
      'device',
      'in',
      changed.map(({ device }) => device),
    )
    .where('until', 'is', null)
    .execute()
  const open = new Map(rows.map((row) => [row.device, row]))
  // One that enrolled anew may run what it ran before.
  const moved = changed.filter(({ device, version }) => open.get(device)?.version !== version)
  const isEmpty = ({ device }: ChangedVersion) => (open.get(device)?.since ?? now - 1) >= now
  for (const stay of moved.filter(isEmpty)) await replaceEmpty(transaction, stay, now)
  const begun = moved.filter((stay) => !isEmpty(stay))
  await endStays(transaction, begun, now)
  if (begun.length === 0) return
  await transaction
    .insertInto('device_stays')
    .values(
      begun.map((stay) => ({
        ...{ ...stay, since: now, until: null, left_for: null, began_before: 0 },
        came_from: open.get(stay.device)?.version ?? null,
      })),
    )
    // Where the clock was set back.
    .onConflict((conflict) =>
      conflict.columns(['device', 'since']).doUpdateSet(({ ref }) => ({
        ...{ product: ref('excluded.product'), version: ref('excluded.version') },
        ...{ until: null, left_for: null, came_from: ref('excluded.came_from'), began_before: 0 },
      })),
    )
    .execute()
}

async function endStays(
  transaction: Transaction<Tables>,
  begun: readonly ChangedVersion[],
  now: number,
): Promise<void> {
  for (const [version, some] of Map.groupBy(begun, (stay) => stay.version)) {
    await transaction
      .updateTable('device_stays')
      .set({ until: now, left_for: version })
      .where(
        'device',
        'in',
        some.map(({ device }) => device),
      )
      .where('until', 'is', null)
      .execute()
  }
}

/** What began in this very second was no stay: the one that follows takes its place. */
async function replaceEmpty(
  transaction: Transaction<Tables>,
  { device, version }: ChangedVersion,
  now: number,
): Promise<void> {
  const ofDevice = transaction.updateTable('device_stays').where('device', '=', device)
  await ofDevice.set({ left_for: version }).where('until', '>=', now).execute()
  await ofDevice.set({ version }).where('until', 'is', null).execute()
}
