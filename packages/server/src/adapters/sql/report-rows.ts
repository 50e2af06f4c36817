/** What a batch of reports leaves behind, written with one statement per table. */
import type { Insertable, Selectable, Transaction } from 'kysely'
import type { RolloutPart } from '../../devices/rollout-part.ts'
import type { Tables } from './database.ts'

/** Reports kept per device; older ones go. About 1 MiB at the usual size of a report. */
export const REPORT_HISTORY_MAX_COUNT = 500
/** Old ones are looked for each time a device has sent this many. */
const CLEANING_EVERY = 50

/** What a report says of its device; the other columns belong to the operator, the broker and enrolment. */
const HEARD = [
  ...(['last_seen_at', 'report_seq', 'report_digest', 'reports_missing'] as const),
  ...(['reports_unchained', 'state', 'waiting_for', 'version', 'security_counter'] as const),
  ...(['rollout', 'code', 'progress', 'claims', 'inventory', 'nonce'] as const),
  ...(['log_seq', 'log_hash', 'log_broken'] as const),
]

const SAID_OF_PART = [
  ...(['attempt', 'release_version', 'state', 'waiting_for'] as const),
  ...(['committed', 'failed', 'code', 'changed_at'] as const),
]

export async function writeReports(
  transaction: Transaction<Tables>,
  reports: readonly Insertable<Tables['reports']>[],
): Promise<void> {
  if (reports.length > 0) await transaction.insertInto('reports').values(reports).execute()
}

export async function writeParts(
  transaction: Transaction<Tables>,
  parts: readonly { readonly row: { id: string; product: string }; readonly part: RolloutPart }[],
  now: number,
): Promise<void> {
  if (parts.length === 0) return
  const values = parts.map(({ row, part }) => ({
    product: row.product,
    rollout: part.rollout,
    device: row.id,
    attempt: part.attempt,
    release_version: part.releaseVersion ?? null,
    state: part.state,
    waiting_for: part.waitingFor ?? null,
    committed: part.committed ? 1 : 0,
    failed: part.failed ? 1 : 0,
    code: part.code ?? null,
    changed_at: now,
  }))
  await transaction
    .insertInto('rollout_devices')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .columns(['product', 'rollout', 'device'])
        .doUpdateSet(({ ref }) =>
          Object.fromEntries(SAID_OF_PART.map((column) => [column, ref(`excluded.${column}`)])),
        ),
    )
    .execute()
}

/** The rows are there, and locked where that means something: this only ever updates. */
export async function writeDevices(
  transaction: Transaction<Tables>,
  rows: readonly Selectable<Tables['devices']>[],
): Promise<void> {
  if (rows.length === 0) return
  await transaction
    .insertInto('devices')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) =>
          Object.fromEntries(HEARD.map((column) => [column, ref(`excluded.${column}`)])),
        ),
    )
    .execute()
}

/** `before`: the rows as they were when the batch began. */
export async function deleteOldReports(
  transaction: Transaction<Tables>,
  rows: readonly Selectable<Tables['devices']>[],
  before: readonly Selectable<Tables['devices']>[],
): Promise<void> {
  const seqBefore = new Map(before.map(({ id, report_seq }) => [id, report_seq]))
  const round = (seq: number) => Math.floor(seq / CLEANING_EVERY)
  for (const { id, report_seq } of rows) {
    if (round(report_seq) === round(seqBefore.get(id) ?? 0)) continue
    await transaction
      .deleteFrom('reports')
      .where('device', '=', id)
      .where('seq', '<', (expression) =>
        expression
          .selectFrom('reports')
          .select('seq')
          .where('device', '=', id)
          .orderBy('seq', 'desc')
          .offset(REPORT_HISTORY_MAX_COUNT - 1)
          .limit(1),
      )
      .execute()
  }
}
