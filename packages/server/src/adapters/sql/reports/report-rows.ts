/** What a batch of reports leaves behind, written with one statement per table. */
import type { Insertable, Selectable, Transaction } from 'kysely'
import type { Tables } from '../database.ts'
import { attributeRows, reportedAttributes } from '../devices/attribute-rows.ts'

/** Reports kept per device; older ones go, when the next {@link CLEANING_EVERY} have come. About 1 MiB at the usual size of a report. */
export const REPORT_HISTORY_MAX_COUNT = 500
/** Old ones are looked for each time a device has sent this many. */
export const CLEANING_EVERY = 50

/** A device with its heads. */
export type DeviceRow = Selectable<Tables['devices']> & Selectable<Tables['device_heads']>

/** What a report says of its device; the other columns belong to the operator, the broker and enrolment. */
const HEARD = [
  ...(['last_seen_at', 'state', 'waiting_for', 'version', 'version_key'] as const),
  ...(['security_counter', 'rollout', 'code', 'integrity'] as const),
  ...(['opted_out', 'postponed_until', 'postponed_version'] as const),
  ...(['automatic_security', 'automatic_functionality', 'own_window', 'time_zone'] as const),
]
const HEARD_HEADS = [
  ...(['report_seq', 'report_digest', 'reports_missing', 'reports_unchained'] as const),
  ...(['progress', 'claims', 'inventory', 'nonce', 'log_seq', 'log_hash', 'log_broken'] as const),
]

export async function writeReports(
  transaction: Transaction<Tables>,
  reports: readonly Insertable<Tables['reports']>[],
): Promise<void> {
  if (reports.length > 0) await transaction.insertInto('reports').values(reports).execute()
}

/** The rows are there, and locked where that means something: this only ever updates. */
export async function writeDevices(
  transaction: Transaction<Tables>,
  rows: readonly DeviceRow[],
): Promise<void> {
  if (rows.length === 0) return
  await transaction
    .insertInto('devices')
    .values(
      rows.map((row) => {
        const { id, product, cohort, enrolled_at, revoked_at } = row
        return { id, product, cohort, enrolled_at, revoked_at, ...only(HEARD, row) }
      }),
    )
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) =>
          Object.fromEntries(HEARD.map((column) => [column, ref(`excluded.${column}`)])),
        ),
    )
    .execute()
  await transaction
    .insertInto('device_heads')
    .values(rows.map((row) => ({ device: row.id, ...only(HEARD_HEADS, row) })))
    .onConflict((conflict) =>
      conflict
        .column('device')
        .doUpdateSet(({ ref }) =>
          Object.fromEntries(HEARD_HEADS.map((column) => [column, ref(`excluded.${column}`)])),
        ),
    )
    .execute()
}

function only<Row, Column extends keyof Row>(
  columns: readonly Column[],
  row: Row,
): Pick<Row, Column> {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as Pick<Row, Column>
}

/** Attributes of devices whose inventory is another one now; `before` as in {@link deleteOldReports}. */
export async function writeInventories(
  transaction: Transaction<Tables>,
  rows: readonly DeviceRow[],
  before: readonly DeviceRow[],
): Promise<void> {
  const inventoryBefore = new Map(before.map(({ id, inventory }) => [id, inventory]))
  const changed = rows.filter(
    ({ id, inventory }) => inventory !== null && inventory !== inventoryBefore.get(id),
  )
  for (const { id, product, inventory } of changed) {
    await transaction
      .deleteFrom('device_attributes')
      .where('device', '=', id)
      .where('source', '=', 'device')
      .execute()
    const reported = reportedAttributes(JSON.parse(inventory ?? '{}'))
    const attributes = attributeRows({ product, device: id, source: 'device' }, reported)
    if (attributes.length > 0) {
      await transaction.insertInto('device_attributes').values(attributes).execute()
    }
  }
}

/** `before`: the rows as they were when the batch began. */
export async function deleteOldReports(
  transaction: Transaction<Tables>,
  rows: readonly DeviceRow[],
  before: readonly DeviceRow[],
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
