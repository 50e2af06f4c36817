import type { CaseFile, KeptEvent } from './case-file.ts'
import type { CaseNotice } from './case-notice.ts'

export interface CaseQuery {
  /** `'*'` or those in which somebody may read cases. */
  readonly products: readonly string[] | '*'
  readonly isOpen: boolean | undefined
  /** Id: only those that were opened before this one; the newest come first. */
  readonly before: string | undefined
  readonly limit: number
}

/** Events are only ever added. */
export interface CaseStore {
  add(file: Omit<CaseFile, 'number'>): Promise<void>
  find(id: string): Promise<CaseFile | undefined>
  list(query: CaseQuery): Promise<readonly CaseFile[]>
  /** False when it is not of this revision any more. */
  replace(revision: number, file: CaseFile): Promise<boolean>
  addEvent(id: string, event: KeptEvent): Promise<void>
  addNotice(notice: Omit<CaseNotice, 'number'>): Promise<void>
  /** To users, of all cases but drills, in order from the one after `after`. */
  notices(after: number, limit: number): Promise<readonly CaseNotice[]>
  /** In order, all of them. */
  events(id: string): Promise<readonly KeptEvent[]>
  /** Open, no drills, and something is due. */
  due(): Promise<readonly CaseFile[]>
  /** False when it was noted before. */
  noteReminder(id: string, reminder: string, at: number): Promise<boolean>
}
