/**
 * Looks at the start whether the database still has what the file beside it vouches for, and says so in every way there
 * is when it has not: in the process log, in the audit log itself, and to everybody who is told of security events.
 */
import type { Logger } from 'pino'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import type { Database } from '../stores.ts'
import type { HeadAnchor } from './head-anchor.ts'

export interface AnchorWatchNeeds {
  readonly anchor: HeadAnchor
  readonly database: Database
  readonly log: Logger
}

/** `now` in seconds. */
export async function lookAtAnchor(
  { anchor, database, log }: AnchorWatchNeeds,
  now: number,
): Promise<void> {
  const { finding, expected } = await anchor.read()
  if (finding === 'fits') return
  if (finding === 'no file') {
    const { seq } = await database.audit.head()
    // The first start here, or a data folder that was not restored with the database.
    if (seq > 0) log.warn({ event: 'audit-head-unknown', seq }, 'no file vouches for the audit log')
    return
  }
  const keptAs = await anchor.setAside(now)
  const facts = { finding, seq: expected?.seq ?? 0, hash: expected?.hash ?? '' }
  log.error(
    { event: 'audit-broken', ...facts, keptAs },
    'The audit log is not the one that the file beside the database vouches for: entries were cut off or changed, or the database was brought back from a backup (docs/operating/audit.md).',
  )
  await database.transaction(async ({ audit, events }) => {
    await audit.append({
      ...{ at: now, actor: SERVER_ACTOR, action: 'audit.broken', subject: 'audit' },
      ...{ outcome: 'done', after: facts },
    })
    await events.add({ at: now, type: 'security.audit-broken', data: facts })
  })
}
