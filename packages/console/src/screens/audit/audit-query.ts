/** What somebody looks for in the audit log, as the address of the screen says it. Pure. */

export interface AuditQuery {
  readonly product: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly outcome: '' | 'done' | 'refused'
  /** Days as a date field gives them, `2026-11-22`, in the viewer's zone; both belong to it. */
  readonly since: string
  readonly until: string
}

export const FIELDS = [
  'product',
  'actor',
  'action',
  'subject',
  'outcome',
  'since',
  'until',
] as const

export function auditQueryOf(query: Readonly<Record<string, string | undefined>>): AuditQuery {
  const outcome = query.outcome ?? ''
  const { product = '', actor = '', action = '', subject = '', since = '', until = '' } = query
  return {
    ...{ product, actor, action, subject, since, until },
    outcome: outcome === 'done' || outcome === 'refused' ? outcome : '',
  }
}

/** As the API asks: seconds, and no empty words. The last day counts to its end. */
export function searchedBy({ since, until, outcome, ...words }: AuditQuery) {
  const said = Object.fromEntries(Object.entries(words).filter(([, word]) => word !== ''))
  return {
    ...said,
    outcome: outcome === '' ? undefined : outcome,
    since: secondsOf(since, 0),
    until: secondsOf(until, 1),
  }
}

/** The first second of the day that comes so many days later, where the viewer is. */
function secondsOf(day: string, daysLater: number): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (match === null) return undefined
  const [year = 0, month = 0, date = 0] = match.slice(1).map(Number)
  const at = new Date(year, month - 1, date + daysLater).getTime()
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}
