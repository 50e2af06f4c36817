/** Article 14: what has to be reported next of each open case (CRA P-004). Drills need nobody, and raise nothing. */
import { z } from 'zod'
import { caseId } from '../../cases/case-api.ts'
import type { CaseFile } from '../../cases/case-file.ts'
import { clocksAt } from '../../cases/case-view.ts'
import { reporting } from '../../cases/reporting.ts'
import { inTime, matterOf, urgencyBy } from '../matter.ts'
import { type Looking, source } from '../source.ts'

const DAY_SECONDS = 86_400
/** The early warning has a day, the notification three, the final report fourteen. */
const NEAR = { urgentSeconds: DAY_SECONDS, soonSeconds: 14 * DAY_SECONDS }

export const caseDue = matterOf(
  'caseDue',
  'A case of Article 14 of which something has to be reported',
  { case: caseId },
  {
    title: z.string(),
    caseKind: z.enum(['vulnerability', 'incident']),
    stage: z
      .enum(['earlyWarning', 'notification', 'finalReport', 'intermediate'])
      .meta({ description: 'The one that is due first' }),
    isOverdue: z.boolean(),
    openStages: z.int().meta({ description: 'Whose clocks run, this one among them' }),
  },
)
type CaseDue = z.output<typeof caseDue>

export const caseClocks = source([caseDue], {
  needs: 'case.read',
  async find(looking) {
    const due = await looking.stores.cases.due()
    const own = due.filter(({ product }) => looking.products.includes(product))
    const found: CaseDue[] = []
    for (const file of own) {
      const matter = await dueIn(file, looking)
      if (matter !== undefined) found.push(matter)
    }
    return found.toSorted(inTime)
  },
})

async function dueIn(file: CaseFile, { stores, now }: Looking): Promise<CaseDue | undefined> {
  const clocks = clocksAt(await reporting(), file, await stores.cases.events(file.id), now)
  const running = clocks.flatMap(({ state, stage, dueAt, anchorAt }) =>
    dueAt !== undefined && (state === 'running' || state === 'overdue')
      ? [{ stage, dueAt, anchorAt, isOverdue: state === 'overdue' }]
      : [],
  )
  const [next] = running.toSorted((one, other) => one.dueAt - other.dueAt)
  if (next === undefined) return undefined
  const { id, product, kind: caseKind, title, openedAt } = file
  const { stage, dueAt, anchorAt, isOverdue } = next
  return {
    ...{ kind: 'caseDue', severity: urgencyBy(dueAt, now, NEAR), product },
    ...{ since: anchorAt ?? openedAt, by: dueAt, subject: { case: id } },
    facts: { title, caseKind, stage, isOverdue, openStages: running.length },
  }
}
