/** Reports of vulnerabilities from outside: somebody took the trouble to tell us, and waits. */
import { z } from 'zod'
import type { LastSaid } from '../../disclosure/disclosure-store.ts'
import { overdue, type Report, type ReportState } from '../../disclosure/report.ts'
import { inTime, matterOf, urgencyBy } from '../matter.ts'
import { type Looking, source } from '../source.ts'

/** Of each state. */
const REPORTS_MAX_COUNT = 500
/** Somebody works on them. */
const OPEN = ['received', 'acknowledged', 'confirmed', 'fixing', 'fixed'] as const
const DAY_SECONDS = 86_400
/** The usual times are five days for an acknowledgement and fourteen for an assessment. */
const NEAR = { urgentSeconds: DAY_SECONDS, soonSeconds: 14 * DAY_SECONDS }

const subject = { report: z.string() }
/** In the words of a stranger. */
const title = z.string()

export const reportUnanswered = matterOf(
  'reportUnanswered',
  'A report from outside that waits for its acknowledgement or its assessment',
  subject,
  {
    ...{ title, waitsFor: z.enum(['acknowledgement', 'assessment']), isOverdue: z.boolean() },
    isEmbargoed: z.boolean(),
  },
)
export const reporterWaits = matterOf(
  'reporterWaits',
  'A report on which its reporter wrote last, and nobody has answered',
  subject,
  { title, isEmbargoed: z.boolean() },
)
type ReportMatter = z.output<typeof reportUnanswered> | z.output<typeof reporterWaits>

export const reports = source([reportUnanswered, reporterWaits], {
  needs: 'disclosure.read',
  async find(looking) {
    const open: Report[] = []
    for (const state of OPEN) open.push(...(await inState(state, looking)))
    const ids = open.map(({ id }) => id)
    const lastSaid = await looking.stores.disclosure.lastSaid(ids)
    return open
      .flatMap((report) => mattersIn(report, lastSaid.get(report.id), looking.now))
      .toSorted(inTime)
  },
})

/** As their own list has them: what is under embargo only for who manages reports. */
function inState(state: ReportState, { stores, permitted, caller }: Looking) {
  const all = caller.productsWith('disclosure.manage')
  const query = { all, open: permitted, state, before: undefined, limit: REPORTS_MAX_COUNT }
  return stores.disclosure.list(query)
}

function mattersIn(report: Report, said: LastSaid | undefined, now: number): ReportMatter[] {
  const { id, title, state, receivedAt, stateAt, isEmbargoed } = report
  const common = { product: report.product ?? null, subject: { report: id } }
  if (state === 'received' || state === 'acknowledged') {
    const isFirst = state === 'received'
    const by = isFirst ? report.acknowledgeBy : report.assessBy
    const severity = urgencyBy(by, now, NEAR)
    const waitsFor = isFirst ? 'acknowledgement' : 'assessment'
    const facts = { title, waitsFor, isOverdue: overdue(report, now) !== undefined, isEmbargoed }
    const since = isFirst ? receivedAt : stateAt
    // Who is to acknowledge it reads what was added, too.
    const unanswered = { kind: 'reportUnanswered', severity, ...common, since, by, facts } as const
    if (isFirst || said?.isReporters !== true) return [unanswered as ReportMatter]
    return [unanswered as ReportMatter, waits()]
  }
  return said?.isReporters === true ? [waits()] : []

  function waits(): ReportMatter {
    return {
      ...{ kind: 'reporterWaits', severity: 'soon', ...common },
      ...{ since: said?.at ?? stateAt, by: null, facts: { title, isEmbargoed } },
    }
  }
}
