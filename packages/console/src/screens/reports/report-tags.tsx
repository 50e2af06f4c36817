/** Where a report is, what is due, and whether its reporter waits. */
import type { VulnerabilityReport } from '../../api/operator-api.gen.ts'
import { Tag, type Tone } from '../../pieces/tag.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { dueOf, type ReportState } from './report-words.ts'

const TONES: Readonly<Record<ReportState, Tone>> = {
  ...{ received: 'waits', acknowledged: 'busy', confirmed: 'bad', duplicate: 'quiet' },
  ...{ invalid: 'quiet', fixing: 'busy', fixed: 'good', published: 'good', closed: 'quiet' },
}
interface Props {
  readonly report: VulnerabilityReport
}

export function ReportTags({ report }: Props) {
  const { state, isEmbargoed, reporterWroteAt } = report
  return (
    <>
      <Tag tone={TONES[state]}>{say(`reports.state-${state}`)}</Tag>{' '}
      {isEmbargoed && <Tag tone="waits">{say('reports.embargo')}</Tag>}{' '}
      {reporterWroteAt !== undefined && <Tag tone="bad">{say('reports.wrote')}</Tag>}
    </>
  )
}

export function Due({ report }: Props) {
  const due = dueOf(report)
  if (due === undefined) return <span class="quiet">–</span>
  const words = say(`reports.due-${due.what}`)
  return (
    <>
      {report.overdue === undefined ? words : <Tag tone="bad">{words}</Tag>} <Time at={due.at} />
    </>
  )
}
