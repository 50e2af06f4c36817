/** What a batch of reports says about the devices' parts in rollouts: afterReport (engine/membership-after.ts). */
import type { Report, WaitingFor } from '@fleetward/shared'
import type { Insertable, Transaction } from 'kysely'
import type { Membership } from '../../../rollouts/engine/membership.ts'
import { afterReport } from '../../../rollouts/engine/membership-after.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { membershipOf } from './member-row.ts'

export interface ToldReport {
  readonly device: string
  readonly report: Report
  /** What it waited for by its report before. */
  readonly waitedFor: string | null
}

/** What a report can change of a row. */
const HEARD = ['silence_from', 'end_as', 'end_attempt', 'end_at', 'end_code'] as const

/** In the order they came, with one statement. `now` in seconds since 1970. */
export async function writeMembers(
  transaction: Transaction<Tables>,
  told: readonly ToldReport[],
  now: number,
): Promise<void> {
  if (told.length === 0) return
  const rows = await transaction
    .selectFrom('rollout_members as member')
    .innerJoin('rollouts', (join) =>
      join
        .onRef('rollouts.product', '=', 'member.product')
        .onRef('rollouts.id', '=', 'member.rollout'),
    )
    .selectAll('member')
    .select('rollouts.release_version')
    .where('member.device', 'in', [...new Set(told.map(({ device }) => device))])
    .where('member.offered_at', 'is not', null)
    .where('rollouts.state', '!=', 'withdrawn')
    .where(({ eb, or }) =>
      or([eb('member.end_as', 'is', null), eb('member.end_as', '=', 'failed')]),
    )
    .orderBy('member.device')
    // The runner writes to them as well; both take the locks in this order (member-store.ts).
    .$if(engineOf(transaction) === 'postgres', (query) => query.forUpdate('member'))
    .execute()
  const reports = Map.groupBy(told, ({ device }) => device)
  const changed: Insertable<Tables['rollout_members']>[] = []
  for (const { release_version: version, ...row } of rows) {
    const before = membershipOf(row)
    const after = (reports.get(row.device) ?? []).reduce<Membership>(
      (membership, { report, waitedFor }) =>
        afterReport(
          membership,
          report,
          { waitingFor: (waitedFor as WaitingFor | null) ?? undefined },
          { id: row.rollout, version },
          now,
        ),
      before,
    )
    if (after !== before) changed.push({ ...row, ...heardColumns(after) })
  }
  if (changed.length === 0) return
  await transaction
    .insertInto('rollout_members')
    .values(changed)
    .onConflict((conflict) =>
      conflict
        .columns(['product', 'rollout', 'device'])
        .doUpdateSet(({ ref }) =>
          Object.fromEntries(HEARD.map((column) => [column, ref(`excluded.${column}`)])),
        ),
    )
    .execute()
}

function heardColumns({ silenceFrom, end }: Membership) {
  return {
    silence_from: silenceFrom ?? null,
    end_as: end?.as ?? null,
    end_attempt: end?.attempt ?? null,
    end_at: end?.at ?? null,
    end_code: end?.code ?? null,
  }
}

/** These devices are connected now: afterSighting, for all their rollouts at once. */
export async function writeSightings(
  transaction: Transaction<Tables>,
  devices: readonly string[],
  now: number,
): Promise<void> {
  if (devices.length === 0) return
  await transaction
    .updateTable('rollout_members')
    .set({ silence_from: now })
    .where('device', 'in', devices)
    .where('offered_at', 'is not', null)
    .where('silence_from', 'is', null)
    .where('end_as', 'is', null)
    .execute()
}
