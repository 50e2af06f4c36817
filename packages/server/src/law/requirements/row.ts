/** A requirement with its answer, what Fleetward suggests and what is missing (CRA P-009, P-033, P-035). Pure. */
import { isPast } from '../day.ts'
import type { KeptRecord } from '../record.ts'
import { ANNEX_1_EDITION, type Requirement } from './annex-1.ts'
import type { Suggested } from './suggested.ts'
import { suggestionText } from './suggestions.ts'

export const ROW_GAPS = {
  unanswered: 'Nobody has answered it',
  'not-said-how': 'It applies, and nobody says how it is met',
  'no-evidence': 'There is no evidence',
  'risk-gone': 'The evidence names a risk that is not in the register any more',
  'suggestion-changed':
    'It was accepted as suggested, and what Fleetward does has changed: accept it again, or write your own',
  'open-point': 'There is something still to be done',
  'open-point-overdue': 'Something should have been done by now',
  'older-edition': 'It was answered under an older text of the law',
  'standard-superseded': 'Every standard that covers it has been superseded',
} as const
export type RowGap = keyof typeof ROW_GAPS

export type RowState = 'unanswered' | 'suggested' | 'not-applicable' | 'met' | 'open'

export interface CoveringStandard {
  readonly id: string
  readonly isSuperseded: boolean
}

export interface RowSurroundings {
  readonly suggested: readonly Suggested[]
  /** Ids of the risks in the register. */
  readonly risks: ReadonlySet<string>
  readonly standards: readonly CoveringStandard[]
  /** Seconds. */
  readonly now: number
}

export interface RequirementRow extends Requirement {
  readonly state: RowState
  readonly kept: KeptRecord<'requirement'> | undefined
  readonly suggestion: string | undefined
  /** Its sentences, each by its code. */
  readonly suggested: readonly Suggested[]
  readonly standards: readonly string[]
  readonly gaps: readonly RowGap[]
}

export function rowOf(
  requirement: Requirement,
  kept: KeptRecord<'requirement'> | undefined,
  surroundings: RowSurroundings,
): RequirementRow {
  const { suggested, standards } = surroundings
  const suggestion = suggestionText(suggested)
  const gaps = gapsOf(kept, suggestion, surroundings)
  return {
    ...{ ...requirement, state: stateOf(kept, gaps, suggestion), kept, gaps },
    ...{ suggestion, suggested },
    standards: standards.map(({ id }) => id),
  }
}

function stateOf(
  kept: KeptRecord<'requirement'> | undefined,
  gaps: readonly RowGap[],
  suggestion: string | undefined,
): RowState {
  if (kept === undefined) return suggestion === undefined ? 'unanswered' : 'suggested'
  if (gaps.length > 0) return 'open'
  return kept.content.applies ? 'met' : 'not-applicable'
}

function gapsOf(
  kept: KeptRecord<'requirement'> | undefined,
  suggestion: string | undefined,
  { risks, standards, now }: RowSurroundings,
): readonly RowGap[] {
  if (kept === undefined) return ['unanswered']
  const { applies, how, evidence = {}, openPoints = [], isSuggested, edition } = kept.content
  const gaps: RowGap[] = []
  if (applies && how === undefined) gaps.push('not-said-how')
  if (applies && Object.values(evidence).flat().length === 0) gaps.push('no-evidence')
  if (evidence.risks?.some((risk) => !risks.has(risk))) gaps.push('risk-gone')
  if (isSuggested && how !== suggestion) gaps.push('suggestion-changed')
  if (openPoints.some(({ due }) => due !== undefined && isPast(due, now))) {
    gaps.push('open-point-overdue')
  } else if (openPoints.length > 0) gaps.push('open-point')
  if (edition !== ANNEX_1_EDITION) gaps.push('older-edition')
  if (standards.length > 0 && standards.every(({ isSuperseded }) => isSuperseded)) {
    gaps.push('standard-superseded')
  }
  return gaps
}
