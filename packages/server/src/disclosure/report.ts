/** A report of a vulnerability, its states, and when what is due. Pure. */
import type { Language } from '../pages/language.ts'
import type { DisclosureSettings } from './disclosure-settings.ts'

export const REPORT_STATES = [
  ...(['received', 'acknowledged', 'confirmed', 'duplicate', 'invalid'] as const),
  ...(['fixing', 'fixed', 'published', 'closed'] as const),
] as const
export type ReportState = (typeof REPORT_STATES)[number]

/** Closed ones are opened again by acknowledging them: a judgement can be wrong. */
const NEXT: Readonly<Record<ReportState, readonly ReportState[]>> = {
  received: ['acknowledged', 'duplicate', 'invalid'],
  acknowledged: ['confirmed', 'duplicate', 'invalid'],
  confirmed: ['fixing', 'duplicate', 'invalid'],
  fixing: ['fixed', 'confirmed'],
  fixed: ['published', 'fixing'],
  published: ['closed'],
  duplicate: ['closed', 'acknowledged'],
  invalid: ['closed', 'acknowledged'],
  closed: ['acknowledged'],
}

export function nextStates(state: ReportState): readonly ReportState[] {
  return NEXT[state]
}

/** Nobody works on it any more: it may be removed with what it says of its reporter. */
export function isOver(state: ReportState): boolean {
  return state === 'closed' || state === 'invalid' || state === 'duplicate'
}

/** What a stranger wrote, cleaned and bounded. */
export interface ReportText {
  readonly title: string
  readonly text: string
  /** In the reporter's words. */
  readonly affected: string
  readonly version: string
  /** '' where the reporter says nothing of himself. */
  readonly reporter: string
  readonly contact: string
  /** Under which name he wants to be thanked; '' for not at all. */
  readonly creditName: string
  /** Of mails when the report moves on; undefined: he did not ask for any. */
  readonly mailLanguage?: Language | undefined
}

export interface Report extends ReportText {
  /** Its order. */
  readonly number: number
  /** 16 hex digits: the public reference. */
  readonly id: string
  /** Of the follow-up code, hex. */
  readonly sha256: string
  /** Seconds since 1970, as all times here. */
  readonly receivedAt: number
  readonly state: ReportState
  readonly stateAt: number
  /** As somebody here found out; undefined until then. */
  readonly product: string | undefined
  /** Account id. */
  readonly assignee: string | undefined
  /** Id of the other report. */
  readonly duplicateOf: string | undefined
  readonly isEmbargoed: boolean
  readonly acknowledgeBy: number
  readonly assessBy: number
  /** What of the two has been told of as overdue. */
  readonly told: Due | undefined
  readonly revision: number
}

export type Due = 'acknowledgement' | 'assessment'

export type EntryKind = 'state' | 'reporter' | 'answer' | 'note'

/** Something that happened to a report, or that was said. `note` never leaves the house. */
export interface ReportEntry {
  readonly number: number
  readonly report: string
  readonly at: number
  readonly kind: EntryKind
  /** Account id; undefined: the reporter, or the server. */
  readonly by: string | undefined
  /** Of `state` the new one. */
  readonly text: string
}

const HOUR_SECONDS = 3_600

export function dueTimes(
  receivedAt: number,
  { acknowledgeHours, assessHours }: DisclosureSettings,
): Pick<Report, 'acknowledgeBy' | 'assessBy'> {
  return {
    acknowledgeBy: receivedAt + acknowledgeHours * HOUR_SECONDS,
    assessBy: receivedAt + assessHours * HOUR_SECONDS,
  }
}

/** What is overdue; the assessment weighs more than the acknowledgement before it. */
export function overdue(
  { state, acknowledgeBy, assessBy }: Pick<Report, 'state' | 'acknowledgeBy' | 'assessBy'>,
  now: number,
): Due | undefined {
  if (state !== 'received' && state !== 'acknowledged') return undefined
  if (now > assessBy) return 'assessment'
  return state === 'received' && now > acknowledgeBy ? 'acknowledgement' : undefined
}
