/**
 * A batch of reports in one transaction, and in a handful of statements however many reports and devices there are:
 * what is known is read at the start, decided in memory in the order the reports came, and written at the end.
 * A device that floods costs its rows in `reports` and one row elsewhere.
 */
import type { Report } from '@fleetward/shared'
import type { Insertable, Transaction } from 'kysely'
import type { ReportVerdict, TakenReports } from '../../../devices/device-store.ts'
import { type LogFinding, logAfter } from '../../../devices/reports/log-watch.ts'
import { placeOf, type ReceivedReport } from '../../../devices/reports/report-chain.ts'
import { versionKey } from '../../../devices/version-key.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { writeStays } from '../exposure/stay-rows.ts'
import { type ToldReport, writeMembers } from '../rollouts/member-reports.ts'
import { takeLate } from './late-report.ts'
import { ownersColumns } from './owners-columns.ts'
import {
  type DeviceRow,
  deleteOldReports,
  writeDevices,
  writeInventories,
  writeReports,
} from './report-rows.ts'

interface Batch {
  readonly transaction: Transaction<Tables>
  readonly now: number
  readonly devices: Map<string, DeviceRow>
  readonly touched: Set<string>
  /** Those that were taken, in the order they came. */
  readonly told: ToldReport[]
  /** Digests by device and number. */
  readonly reports: Map<string, Insertable<Tables['reports']>>
}

export async function takeReports(
  transaction: Transaction<Tables>,
  reports: readonly ReceivedReport[],
  now: number,
): Promise<TakenReports> {
  const ids = [...new Set(reports.map(({ device }) => device))]
  const rows = await transaction
    .selectFrom('devices')
    .innerJoin('device_heads', 'device_heads.device', 'devices.id')
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
    told: [],
    reports: new Map(),
  }
  const verdicts: ReportVerdict[] = []
  for (const received of reports) verdicts.push(await take(batch, received))

  const touched = [...batch.touched].flatMap((id) => batch.devices.get(id) ?? [])
  await writeReports(transaction, [...batch.reports.values()])
  await writeDevices(transaction, touched)
  await writeStays(transaction, changedVersions(rows, touched), now)
  await writeMembers(transaction, batch.told, now)
  await writeInventories(transaction, touched, rows)
  await deleteOldReports(transaction, touched, rows)
  return { verdicts, changed: changedSince(rows, touched) }
}

/** Between the batch before and this one: of what came and went within it nobody knows for how long. */
function changedVersions(before: readonly DeviceRow[], after: readonly DeviceRow[]) {
  const versionBefore = new Map(before.map(({ id, version }) => [id, version]))
  return after.flatMap(({ id, product, version }) =>
    version === null || version === versionBefore.get(id) ? [] : [{ device: id, product, version }],
  )
}

function changedSince(before: readonly DeviceRow[], after: readonly DeviceRow[]) {
  const was = new Map(before.map((row) => [row.id, row]))
  return after
    .filter(({ id, version, inventory }) => {
      const row = was.get(id)
      return row?.version !== version || row.inventory !== inventory
    })
    .map(({ product, id }) => ({ product, device: id }))
}

async function take(batch: Batch, received: ReceivedReport): Promise<ReportVerdict> {
  const row = batch.devices.get(received.device)
  // Revoked and gone between its verification and now: there is nobody to record it for.
  if (row === undefined || row.revoked_at !== null) return 'replayed'
  const place = placeOf({ seq: row.report_seq, digest: row.report_digest }, received)
  if (place.kind === 'redelivery') return 'redelivered'
  if (place.kind === 'conflict') return 'conflicting'
  if (place.kind === 'past') return takePast(batch, row, received)

  const { report } = received
  keep(batch, received, place)
  batch.touched.add(row.id)
  batch.told.push({ device: row.id, report, waitedFor: row.waiting_for })
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
    version_key: versionKey(report.version) ?? null,
    security_counter: report.securityCounter,
    integrity: report.integrity ?? null,
    ...ownersColumns(report, row),
    // The one it last had to do with; its part in each is in rollout_members.
    rollout: report.rollout ?? row.rollout,
    code: report.code ?? null,
    progress: report.progress ?? null,
    claims: JSON.stringify(report),
    inventory: report.inventory === undefined ? row.inventory : JSON.stringify(report.inventory),
    nonce: report.nonce,
    ...logColumns(row, report, { isNext: place.missing === 0, now: batch.now }),
  })
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

async function takePast(
  batch: Batch,
  row: DeviceRow,
  received: ReceivedReport,
): Promise<ReportVerdict> {
  const kept =
    batch.reports.get(reportKey(received)) ??
    (await batch.transaction
      .selectFrom('reports')
      .select('digest')
      .where('device', '=', received.device)
      .where('seq', '=', received.report.seq)
      .executeTakeFirst())
  if (kept !== undefined) return kept.digest === received.digest ? 'redelivered' : 'conflicting'

  const unwritten = [...batch.reports.values()].filter(({ device }) => device === row.id)
  const late = await takeLate({ transaction: batch.transaction, unwritten }, received)
  if (late === undefined) return 'replayed'
  keep(batch, received, late)
  batch.touched.add(row.id)
  // What it says of the device now, a later one has said; its part in a rollout may hang on this one.
  batch.told.push({ device: row.id, report: received.report, waitedFor: null })
  batch.devices.set(row.id, {
    ...row,
    last_seen_at: batch.now,
    reports_missing: row.reports_missing - 1,
    reports_unchained:
      row.reports_unchained +
      (late.prevFits ? 0 : 1) -
      (!late.didFit && late.after.prevFits ? 1 : 0),
  })
  return 'taken'
}

function keep(
  batch: Batch,
  received: ReceivedReport,
  { missing, prevFits }: { readonly missing: number; readonly prevFits: boolean },
): void {
  const { report } = received
  batch.reports.set(reportKey(received), {
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
    missing_before: missing,
    prev_fits: prevFits ? 1 : 0,
  })
}

function reportKey({ device, report }: ReceivedReport): string {
  return `${report.seq} ${device}`
}
