import type { KeptDisclosureSettings } from './disclosure-settings.ts'
import type { Report, ReportEntry, ReportState } from './report.ts'

/** `'*'` or the products in which somebody has a permission; reports of no product are for `'*'` alone. */
export type InProducts = readonly string[] | '*'

export interface ReportQuery {
  /** Of these products everything. */
  readonly all: InProducts
  /** Of these what is under no embargo. */
  readonly open: InProducts
  readonly state: ReportState | undefined
  /** Id: only those that came before this one; the newest come first. Behind one that is not there comes nothing. */
  readonly before: string | undefined
  readonly limit: number
}

export interface LastSaid {
  readonly at: number
  readonly isReporters: boolean
}

export interface DisclosureStore {
  /** Undefined until somebody has set them. */
  settings(): Promise<KeptDisclosureSettings | undefined>
  /** False when they are not of this revision any more; 0: when there are any. */
  saveSettings(revision: number, kept: KeptDisclosureSettings): Promise<boolean>
  /** Leaves what people set alone. */
  renew(expiresAt: number): Promise<void>

  add(report: Omit<Report, 'number'>): Promise<void>
  find(id: string): Promise<Report | undefined>
  list(query: ReportQuery): Promise<readonly Report[]>
  /** False when it is not of this revision any more. */
  replace(revision: number, report: Report): Promise<boolean>
  /** With all that was said. */
  remove(id: string): Promise<void>
  /** How many came at or after this time, of those that are still there. */
  countSince(at: number): Promise<number>
  /** Overdue at this time, and nobody was told. */
  overdue(now: number, limit: number): Promise<readonly Report[]>
  /** Names of those who want to be thanked for what is published, the newest first. */
  thanks(limit: number): Promise<readonly { readonly name: string; readonly at: number }[]>

  addEntry(entry: Omit<ReportEntry, 'number'>): Promise<void>
  /** The latest, in order. */
  entries(report: string, limit: number): Promise<readonly ReportEntry[]>
  /** By report: who of the two sides wrote last, and when. None of what nobody wrote to. */
  lastSaid(reports: readonly string[]): Promise<ReadonlyMap<string, LastSaid>>
  /** What reporters said at or after this time, to one report or to all. */
  countMessages(since: number, report?: string): Promise<number>
  /** All of one report. */
  countEntries(report: string): Promise<number>
}
