/**
 * An import that has lost much of what the feed had: with it findings end and gates open, so a half of a list, or a
 * stub in its place, does not count unless a person says that it is meant.
 */
import { HttpError } from '../http/problem.ts'
import type { Feed } from './feed.ts'

/** Of the most that it had, and not of the last: no import after another halves it step by step. */
export function hasShrunk(before: Pick<Feed, 'mostRecords'> | undefined, records: number): boolean {
  return before !== undefined && records * 2 < before.mostRecords
}

/**
 * Where a feed has a source, what others upload in its name raises nothing, unless a person answers for it: a junk list
 * that is long enough would shut the source out.
 */
export function mostOf(
  before: Pick<Feed, 'mostRecords'> | undefined,
  records: number,
  by: { readonly mayRaise: boolean; readonly acceptsFewer: boolean },
): number {
  const most = before?.mostRecords ?? 0
  if (by.acceptsFewer && hasShrunk(before, records)) return records
  return by.mayRaise || by.acceptsFewer ? Math.max(records, most) : most
}

export function shrank({ id, mostRecords }: Feed, records: number): HttpError {
  const message = `The feed ${id} had ${mostRecords} records, and this has ${records}: under half. What was there counts on. If it is meant to be so small, a person imports it with feeds import --accept-fewer`
  return new HttpError(409, 'FEED_SHRANK', message, { facts: { records, mostRecords } })
}
