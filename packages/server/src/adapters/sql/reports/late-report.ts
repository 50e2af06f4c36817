/** A report that comes after later ones: it takes its place in the history if it was missing there. */
import type { Insertable, Transaction } from 'kysely'
import {
  type FilledGap,
  fills,
  type ReceivedReport,
} from '../../../devices/reports/report-chain.ts'
import type { Tables } from '../database.ts'

type ReportRow = Insertable<Tables['reports']>

/** Of one device, what is in the database and what the batch has not written yet. */
export interface LateReportPlace {
  readonly transaction: Transaction<Tables>
  readonly unwritten: readonly ReportRow[]
}

export interface TakenLate extends FilledGap {
  /** What the one after it said of its chain before. */
  readonly didFit: boolean
}

/** Undefined when no gap has room for it. The row after it is mended; its own is the caller's to write. */
export async function takeLate(
  { transaction, unwritten }: LateReportPlace,
  received: ReceivedReport,
): Promise<TakenLate | undefined> {
  const { device, report } = received
  const rows = [...(await neighbours(transaction, device, report.seq)), ...unwritten]
  const before = rows
    .filter(({ seq }) => seq < report.seq)
    .toSorted(bySeq)
    .at(-1)
  const after = rows.filter(({ seq }) => seq > report.seq).toSorted(bySeq)[0]
  if (after === undefined) return undefined
  const gap = {
    before: before === undefined ? undefined : { seq: before.seq, digest: before.digest },
    after: { seq: after.seq, prev: prevIn(after.token), missing: after.missing_before },
  }
  const filled = fills(gap, received)
  if (filled === undefined) return undefined
  const didFit = after.prev_fits === 1
  const mended = {
    missing_before: filled.after.missing,
    prev_fits: didFit || filled.after.prevFits ? 1 : 0,
  }
  if (unwritten.includes(after)) {
    Object.assign(after, mended)
  } else {
    await transaction
      .updateTable('reports')
      .set(mended)
      .where('device', '=', device)
      .where('seq', '=', after.seq)
      .execute()
  }
  return { ...filled, didFit }
}

async function neighbours(
  transaction: Transaction<Tables>,
  device: string,
  seq: number,
): Promise<readonly ReportRow[]> {
  const ofDevice = () => transaction.selectFrom('reports').selectAll().where('device', '=', device)
  const [before, after] = await Promise.all([
    ofDevice().where('seq', '<', seq).orderBy('seq', 'desc').limit(1).executeTakeFirst(),
    ofDevice().where('seq', '>', seq).orderBy('seq').limit(1).executeTakeFirst(),
  ])
  return [before, after].filter((row) => row !== undefined)
}

/** The token was verified when it came. */
function prevIn(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  return (JSON.parse(claims) as { prev: string }).prev
}

function bySeq(a: { readonly seq: number }, b: { readonly seq: number }): number {
  return a.seq - b.seq
}
