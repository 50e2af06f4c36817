/** What somebody is about to say of a finding, as the form holds it, and as the API takes it. Pure. */
import type { FindingDecision, VexStatement } from '../../../api/operator-api.gen.ts'
import type { Justification, Status } from '../finding-words.ts'

export interface DecisionDraft {
  readonly status: Status
  /** Empty until somebody chose one: none of them is claimed by going on. */
  readonly justification: Justification | ''
  readonly action: string
  readonly inVersion: string
  readonly acceptedBy: string
  readonly reason: string
  /** A day as a date field gives it; it still belongs to the time that is accepted. */
  readonly until: string
  readonly note: string
  readonly releases: readonly string[]
}

export function draftFor(status: Status, releases: readonly string[]): DecisionDraft {
  return {
    ...{ status, justification: '', action: '', inVersion: '', acceptedBy: '' },
    ...{ reason: '', until: '', note: '', releases },
  }
}

export function decisionOf(draft: DecisionDraft): FindingDecision {
  const { status, justification, releases } = draft
  const note = oneLine(draft.note)
  const said = { releases, ...(note === '' ? {} : { note }) }
  const action = oneLine(draft.action)
  switch (status) {
    case 'not_affected':
      // Without one it is the server that refuses, by the field.
      return { status, justification: justification as Justification, ...said }
    case 'affected':
      return { status, action, ...said }
    case 'fixed':
      return { status, inVersion: draft.inVersion.trim(), ...said }
    case 'under_investigation':
      return { status, ...said }
    case 'accepted': {
      const { acceptedBy, reason, until } = draft
      const end = secondsAfter(until)
      return {
        ...{ status, acceptedBy: acceptedBy.trim(), reason: oneLine(reason), until: end },
        ...{ action, ...said },
      }
    }
  }
}

/** Statements are one line everywhere they go. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** The first second after a day of the viewer's; 0 for none, which the server refuses by its field. */
function secondsAfter(day: string): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const at = new Date(year, month - 1, date + 1).getTime()
  return day === '' || Number.isNaN(at) ? 0 : Math.floor(at / 1000)
}

/** Releases that a statement is about: `pkg:generic/product@1.4.2`. */
export function versionsOf({ products }: Pick<VexStatement, 'products'>): readonly string[] {
  return products.map((purl) => decodeURIComponent(purl.slice(purl.lastIndexOf('@') + 1)))
}

const FACTS = ['justification', 'action', 'inVersion', 'acceptedBy', 'reason', 'until'] as const

/** What of a verdict has words of its own, in the order of the form. */
export function factsOf(
  verdict: Readonly<Record<string, unknown>>,
): readonly (readonly [(typeof FACTS)[number], string | number])[] {
  return FACTS.flatMap((name) => {
    const value = verdict[name]
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : []
  })
}

export function latestOf(statements: readonly VexStatement[]): VexStatement | undefined {
  return statements.toSorted(
    (one, other) => other.at - one.at || numberOf(other) - numberOf(one),
  )[0]
}

function numberOf({ id }: VexStatement): number {
  return Number(id.slice(id.lastIndexOf('.') + 1)) || 0
}
