/** Deletes what is old, a batch at a time; each resolves with how many rows it deleted. Times in seconds. */

/** What else is kept for a time, by itself: nothing refers to it. */
export type DatedKind =
  | 'commands'
  | 'sign-ins'
  | 'sign-in-tries'
  | 'kept-answers'
  | 'one-time-links'
  | 'stays'

export interface RetentionStore {
  /** Of the devices behind `device`, at most `devices` of them. `last` is undefined when there are no more. */
  deleteReports(
    before: number,
    batch: { readonly device: string; readonly devices: number },
  ): Promise<{ readonly deleted: number; readonly last: string | undefined }>
  deleteDated(kind: DatedKind, before: number, limit: number): Promise<number>
}
