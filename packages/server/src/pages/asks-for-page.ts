/** Whether an address that nothing is at is answered with a page: a person's browser reads one, a program a problem. Pure. */
import type { IncomingMessage } from 'node:http'
import { wishesOf } from './wishes.ts'

/** What programs call on either listener, and no person opens. */
const FOR_PROGRAMS = /^\/(api|tuf|\.well-known)\b/i
const PAGE = 'text/html'
/** A problem's own type, and what else takes it in, the nearest first. */
const PROBLEM = ['application/problem+json', 'application/json', 'application/*', '*/*']

export function asksForPage(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  path: string,
): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (FOR_PROGRAMS.test(path)) return false
  const wishes = wishesOf(headers.accept)
  const qualityOf = (type: string) => wishes.find(({ name }) => name === type)?.quality
  // Named as such: `*/*` is what programs send.
  const page = qualityOf(PAGE) ?? 0
  const problem = PROBLEM.map(qualityOf).find((quality) => quality !== undefined) ?? 0
  return page > problem
}
