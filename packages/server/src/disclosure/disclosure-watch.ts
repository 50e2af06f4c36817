/** What time brings: security.txt gets a key to be signed with, its end moves on, and what nobody answered in time is told of, once. */
import type { OpenPgpKeys } from '../advisories/openpgp-keys.ts'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { isSetUp } from './disclosure-settings.ts'
import { overdue } from './report.ts'
import { LIFETIME_SECONDS, RENEW_BEFORE_SECONDS } from './security-text.ts'

/** The others at the next look. */
const TOLD_AT_ONCE = 100

export interface DisclosureWatchNeeds {
  readonly database: Database
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly keys: OpenPgpKeys
}

export async function watchDisclosure(needs: DisclosureWatchNeeds): Promise<void> {
  const { database, instances, clock, keys } = needs
  if (!instances.leads()) return
  const now = secondsOf(clock)
  const kept = await database.disclosure.settings()
  if (kept === undefined) return
  if (isSetUp(kept.settings) && kept.expiresAt - now < RENEW_BEFORE_SECONDS) {
    await database.disclosure.renew(now + LIFETIME_SECONDS)
  }
  if (isSetUp(kept.settings)) await keys.ensure(database, kept.settings.organisation, now)
  for (const { id } of await database.disclosure.overdue(now, TOLD_AT_ONCE)) {
    await tell(database, id, now)
  }
}

async function tell(database: Database, id: string, now: number): Promise<void> {
  await database.transaction(async (stores) => {
    const report = await stores.disclosure.find(id)
    const due = report && overdue(report, now)
    if (report === undefined || due === undefined || due === report.told) return
    const told = { ...report, told: due, revision: report.revision + 1 }
    if (!(await stores.disclosure.replace(report.revision, told))) return
    const since = due === 'assessment' ? report.assessBy : report.acknowledgeBy
    await stores.events.add({
      ...{ at: now, type: 'disclosure.overdue', product: report.product },
      data: { report: id, what: due, since },
    })
  })
}
