/** What `fleetward disclosure` prints for a person. */
import { moment } from '../moment.ts'

const DAY_HOURS = 24

export interface Settings {
  readonly organisation: string
  readonly contacts: readonly string[]
  readonly languages: readonly string[]
  readonly bounty: boolean
  readonly acknowledgeHours: number
  readonly assessHours: number
  readonly publishDays: number
  readonly isSetUp: boolean
  readonly securityText?: string
  readonly securityTextUrl: string
}

export interface Report {
  readonly id: string
  readonly receivedAt: number
  readonly state: string
  readonly title: string
  readonly affected: string
  readonly version: string
  readonly product?: string
  readonly assignee?: string
  readonly duplicateOf?: string
  readonly isEmbargoed: boolean
  readonly acknowledgeBy: number
  readonly assessBy: number
  readonly overdue?: string
  readonly reporterWroteAt?: number
}

export interface ReportInFull extends Report {
  readonly text: string
  readonly reporter: string
  readonly contact: string
  readonly creditName: string
  readonly isToldByMail?: boolean
  readonly next: readonly string[]
  readonly entries: readonly {
    readonly at: number
    readonly kind: string
    readonly by?: string
    readonly text: string
  }[]
}

export function settingsLines(settings: Settings): string[] {
  const { isSetUp, organisation, contacts, securityTextUrl, securityText = '' } = settings
  const { acknowledgeHours, assessHours, publishDays, bounty } = settings
  const lines = [
    ...(organisation === '' ? [] : [`organisation ${organisation}`]),
    ...(contacts.length === 0 ? [] : [`contacts     ${contacts.join(', ')}`]),
    `acknowledged within ${timeOf(acknowledgeHours)}, assessed within ${timeOf(assessHours)}`,
    `published    after ${publishDays} days, ${bounty ? 'with' : 'without'} rewards`,
  ]
  if (isSetUp) return [...lines, `${securityTextUrl}:`, ...securityText.trimEnd().split('\n')]
  return [
    'Nobody outside can report anything yet.',
    ...lines,
    'Next: fleetward disclosure contact --contact security@example.com',
  ]
}

function timeOf(hourCount: number): string {
  const dayCount = hourCount / DAY_HOURS
  if (!Number.isInteger(dayCount)) return `${hourCount} hours`
  return dayCount === 1 ? '1 day' : `${dayCount} days`
}

export function lineOf(report: Report): string {
  const { id, receivedAt, state, title, overdue, product, isEmbargoed, reporterWroteAt } = report
  const late = overdue === undefined ? '' : ` OVERDUE: ${overdue}`
  const wrote = reporterWroteAt === undefined ? '' : ` WROTE: ${moment(reporterWroteAt)}`
  const where = product === undefined ? '' : ` ${product}`
  return `${id} ${moment(receivedAt)} ${state}${late}${wrote}${isEmbargoed ? '' : ' open'}${where}: ${title}`
}

export function linesOf(report: ReportInFull): string[] {
  const { affected, version, reporter, contact, creditName, text, entries, next } = report
  const about = [affected, version].filter((part) => part !== '').join(' ')
  const facts: readonly (readonly [name: string, value: string])[] = [
    ...([['about', about]] as const),
    ['reporter', [reporter, contact].filter((part) => part !== '').join(', ')],
    ['thanked as', creditName],
    ['told by mail', report.isToldByMail === true ? 'yes' : ''],
    ['embargo', report.isEmbargoed ? 'yes' : 'lifted'],
    ['assigned to', report.assignee ?? ''],
    ['repeats', report.duplicateOf ?? ''],
    ['acknowledge', `by ${moment(report.acknowledgeBy)}`],
    ['assess', `by ${moment(report.assessBy)}`],
    ['can become', next.join(', ')],
  ]
  return [
    lineOf(report),
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    ...text.split('\n').map((line) => `  | ${line}`),
    ...entries.flatMap(({ at, kind, by, text: said }) => {
      const [first = '', ...others] = said.split('\n')
      const who = by === undefined ? '' : ` ${by}`
      return [`  ${moment(at)} ${kind}${who}: ${first}`, ...others.map((line) => `    | ${line}`)]
    }),
  ]
}
