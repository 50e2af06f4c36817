/**
 * A batch of reports in one transaction. Per device the row is read once and written once, however many
 * reports of it are in the batch: a device that floods costs one update, not hundreds.
 */
import type { Report } from '@fleetward/shared'
import type { Selectable, Transaction } from 'kysely'
import type { ReportVerdict } from '../../devices/device-store.ts'
import { type LogFinding, logAfter } from '../../devices/log-watch.ts'
import { placeOf, type ReceivedReport } from '../../devices/report-chain.ts'
import { partAfter, type RolloutPart } from '../../devices/rollout-part.ts'
import type { Tables } from './database.ts'
import { engineOf } from './engine.ts'

/** Reports kept per device; older ones go. About 1 MiB at the usual size of a report. */
export const REPORT_HISTORY_MAX_COUNT = 500

type DeviceRow = Selectable<Tables['devices']>

interface Batch {
  readonly transaction: Transaction<Tables>
  readonly now: number
  readonly devices: Map<string, DeviceRow>
  readonly touched: Set<string>
  readonly parts: Map<string, RolloutPart>
}

export async function takeReports(
  transaction: Transaction<Tables>,
  reports: readonly ReceivedReport[],
  now: number,
): Promise<readonly ReportVerdict[]> {
  const ids = [...new Set(reports.map(({ device }) => device))]
  const rows = await transaction
    .selectFrom('devices')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    // A report may reach two servers at once; the rows' locks, taken in one order, let it count once.
    .$if(engineOf(transaction) === 'postgres', (query) => query.forUpdate())
    .execute()
  const batch: Batch = {
    transaction,
    now,
    devices: new Map(rows.map((row) => [row.id, row])),
    touched: new Set(),
    parts: new Map(),
  }
  const verdicts: ReportVerdict[] = []
  for (const received of reports) verdicts.push(await take(batch, received))
  await writeDevices(batch)
  return verdicts
}

async function take(batch: Batch, received: ReceivedReport): Promise<ReportVerdict> {
  const row = batch.devices.get(received.device)
  // Revoked and gone between its verification and now: there is nobody to record it for.
  if (row === undefined || row.revoked_at !== null) return 'replayed'
  const place = placeOf({ seq: row.report_seq, digest: row.report_digest }, received)
  if (place.kind === 'redelivery') return 'redelivered'
  if (place.kind === 'conflict') return 'conflicting'
  if (place.kind === 'past') return verdictOnPast(batch, received)

  const { report } = received
  await batch.transaction
    .insertInto('reports')
    .values({
      device: received.device,
      seq: report.seq,
      received_at: batch.now,
      digest: received.digest,
      token: received.token,
      state: report.state,
      waiting_for: report.waitingFor ?? null,
      version: report.version,
      rollout: report.rollout ?? null,
      code: report.code ?? null,
      refused: report.refused ?? null,
      missing_before: place.missing,
      prev_fits: place.prevFits ? 1 : 0,
    })
    .execute()
  const part = partAfter(await partOf(batch, row), report)
  if (part !== undefined) batch.parts.set(row.id, part)
  batch.touched.add(row.id)
  batch.devices.set(row.id, {
    ...row,
    last_seen_at: batch.now,
    report_seq: report.seq,
    report_digest: received.digest,
    reports_missing: row.reports_missing + place.missing,
    reports_unchained: row.reports_unchained + (place.prevFits ? 0 : 1),
    state: report.state,
    waiting_for: report.waitingFor ?? null,
    version: report.version,
    security_counter: report.securityCounter,
    // Which rollout the device last had to do with; its part in it is in rollout_devices.
    rollout: part?.rollout ?? row.rollout,
    code: report.code ?? null,
    progress: report.progress ?? null,
    claims: JSON.stringify(report),
    inventory: report.inventory === undefined ? row.inventory : JSON.stringify(report.inventory),
    nonce: report.nonce,
    ...logColumns(row, report, { isNext: place.missing === 0, now: batch.now }),
  })
  // A part must be on the table before a report about another rollout takes its place.
  if (part !== undefined) await writePart(batch, row, part)
  return 'taken'
}

function logColumns(row: DeviceRow, report: Report, when: { isNext: boolean; now: number }) {
  const { log_seq, log_hash, log_broken } = row
  const known = {
    head: log_seq === null || log_hash === null ? undefined : { seq: log_seq, hash: log_hash },
    broken: log_broken === null ? undefined : (JSON.parse(log_broken) as LogFinding),
  }
  const { head, broken } = logAfter(known, report, when)
  return {
    log_seq: head?.seq ?? null,
    log_hash: head?.hash ?? null,
    log_broken: broken === undefined ? null : JSON.stringify(broken),
  }
}

async function verdictOnPast(batch: Batch, received: ReceivedReport): Promise<ReportVerdict> {
  const kept = await batch.transaction
    .selectFrom('reports')
    .select('digest')
    .where('device', '=', received.device)
    .where('seq', '=', received.report.seq)
    .executeTakeFirst()
  if (kept === undefined) return 'replayed'
  return kept.digest === received.digest ? 'redelivered' : 'conflicting'
}

async function partOf(batch: Batch, row: DeviceRow): Promise<RolloutPart | undefined> {
  const inBatch = batch.parts.get(row.id)
  if (inBatch !== undefined || row.rollout === null) return inBatch
  const part = await batch.transaction
    .selectFrom('rollout_devices')
    .selectAll()
    .where('product', '=', row.product)
    .where('rollout', '=', row.rollout)
    .where('device', '=', row.id)
    .executeTakeFirst()
  if (part === undefined) return undefined
  return {
    rollout: part.rollout,
    attempt: part.attempt,
    releaseVersion: part.release_version ?? undefined,
    state: part.state,
    waitingFor: part.waiting_for ?? undefined,
    committed: part.committed === 1,
    failed: part.failed === 1,
    code: part.code ?? undefined,
  }
}

async function writePart(batch: Batch, row: DeviceRow, part: RolloutPart): Promise<void> {
  const values = {
    attempt: part.attempt,
    release_version: part.releaseVersion ?? null,
    state: part.state,
    waiting_for: part.waitingFor ?? null,
    committed: part.committed ? 1 : 0,
    failed: part.failed ? 1 : 0,
    code: part.code ?? null,
    changed_at: batch.now,
  }
  await batch.transaction
    .insertInto('rollout_devices')
    .values({ product: row.product, rollout: part.rollout, device: row.id, ...values })
    .onConflict((conflict) =>
      conflict.columns(['product', 'rollout', 'device']).doUpdateSet(values),
    )
    .execute()
}

async function writeDevices(batch: Batch): Promise<void> {
  for (const device of batch.touched) {
    const row = batch.devices.get(device)
    if (row === undefined) continue
    const { id, product: _product, cohort: _cohort, online: _online, ...heard } = row
    await batch.transaction.updateTable('devices').set(heard).where('id', '=', id).execute()
    await batch.transaction
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
