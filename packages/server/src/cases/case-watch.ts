/**
 * Reminds of what is due: once for each stage and step, also when no server led at that time. Of steps that passed
 * meanwhile only the newest is news; what was told is written down in the transaction of its event. Drills raise nothing.
 */
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { clocksAt } from './case-view.ts'
import { reporting } from './reporting.ts'

export interface CaseWatchNeeds {
  readonly database: Database
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
}

export async function watchCases({ database, instances, clock }: CaseWatchNeeds): Promise<void> {
  if (!instances.leads()) return
  const now = secondsOf(clock)
  const due = await database.cases.due()
  if (due.length === 0) return
  const core = await reporting()
  for (const { id } of due) {
    await database.transaction(async (stores) => {
      // As it is now: somebody may have submitted meanwhile.
      const file = await stores.cases.find(id)
      if (file === undefined || file.closedAt !== undefined) return
      const clocks = clocksAt(core, file, await stores.cases.events(id), now)
      const passed = core.remindersOf(clocks).filter(({ at }) => at <= now)
      const newest = new Map(
        passed.map((reminder) => [`${reminder.stage} ${reminder.dueAt}`, reminder]),
      )
      for (const reminder of passed) {
        const { key, stage, dueAt, leadSeconds } = reminder
        if (!(await stores.cases.noteReminder(id, key, now))) continue
        if (newest.get(`${stage} ${dueAt}`) !== reminder) continue
        const { product } = file
        const data = { case: id, stage, dueAt, leadSeconds }
        if (leadSeconds > 0) {
          await stores.events.add({ at: now, type: 'case.deadline-near', product, data })
        } else {
          await stores.events.add({ at: now, type: 'case.deadline-passed', product, data })
        }
      }
    })
  }
}
