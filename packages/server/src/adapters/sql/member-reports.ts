/** What a batch of reports says about the devices' parts in rollouts: afterReport (engine/membership-after.ts). */
import type { Report, WaitingFor } from '@fleetward/shared'
import type { Transaction } from 'kysely'
import type { Membership } from '../../rollouts/engine/membership.ts'
import { afterReport } from '../../rollouts/engine/membership-after.ts'
import type { Tables } from './database.ts'
import { membershipOf } from './member-store.ts'

export interface ToldReport {
  readonly device: string
  readonly report: Report
  /** What it waited for by its report before. */
  readonly waitedFor: string | null
}

/** In the order they came. `now` in seconds since 1970. */
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
    .execute()
  const reports = Map.groupBy(told, ({ device }) => device)
  for (const row of rows) {
    const rollout = { id: row.rollout, version: row.release_version }
    const before = membershipOf(row)
    const after = (reports.get(row.device) ?? []).reduce<Membership>(
      (membership, { report, waitedFor }) =>
        afterReport(
          membership,
          report,
          { waitingFor: (waitedFor as WaitingFor | null) ?? undefined },
          rollout,
          now,
        ),
      before,
    )
    if (after === before) continue
    await transaction
      .updateTable('rollout_members')
      .set({
        silence_from: after.silenceFrom ?? null,
        end_as: after.end?.as ?? null,
        end_attempt: after.end?.attempt ?? null,
        end_at: after.end?.at ?? null,
        end_code: after.end?.code ?? null,
      })
      .where('product', '=', row.product)
      .where('rollout', '=', row.rollout)
      .where('device', '=', row.device)
      .execute()
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
