/** A case as it is kept: what can be listed, and its events. What the law makes of them is in the core. */
import type {
  CaseEvent,
  CaseFact,
  CaseKind,
  FieldValues,
  MemberState,
  SeverityQuestion,
} from '@fleetward/vulnerability'
import type { NoticeAudience } from './case-notice.ts'

export interface CaseFile {
  /** Its order. */
  readonly number: number
  /** 16 hex digits. */
  readonly id: string
  readonly product: string
  readonly kind: CaseKind
  readonly title: string
  readonly cves: readonly string[]
  /** Versions of the product that are affected. */
  readonly versions: readonly string[]
  readonly fixedVersion: string | undefined
  /** IANA name: of the CSIRT, for the end of a month. */
  readonly zone: string
  readonly isDrill: boolean
  /** A drill whose times come from who plays it. */
  readonly isVirtual: boolean
  /** Seconds since 1970, as all times here. */
  readonly openedAt: number
  readonly closedAt: number | undefined
  /** When the next thing is due that is neither submitted nor without a date. */
  readonly dueAt: number | undefined
  readonly revision: number
}

/** What the server keeps besides what the law's clocks count with. */
export type HouseFact =
  | { readonly type: 'noted'; readonly text: string }
  /** What somebody wrote for the sheet; an empty text takes it back. */
  | { readonly type: 'fieldsSet'; readonly values: FieldValues }
  | {
      readonly type: 'severityAnswered'
      readonly question: SeverityQuestion
      readonly answer: 'yes' | 'no' | 'unknown'
      readonly reason: string
    }
  | {
      readonly type: 'scopeSet'
      readonly cves?: readonly string[]
      readonly versions?: readonly string[]
      readonly fixedVersion?: string
    }
  /** 14(8). */
  | {
      readonly type: 'usersTold'
      readonly audience: NoticeAudience
      /** That were affected, as far as was known. */
      readonly versions?: readonly string[]
      readonly text: string
      readonly channel: string
    }

/** What went into the portal, verbatim: the next stage begins with it. */
export interface SubmittedSheet {
  readonly catalogue: string
  readonly values: FieldValues
  /** Whose coordinator it went to, if that was known. */
  readonly coordinatorOf?: MemberState
  /** Which of them somebody gave with the submission. */
  readonly given: readonly string[]
  readonly text: string
}

export type RecordedFact = (CaseFact | HouseFact) & { readonly sheet?: SubmittedSheet }

export interface KeptEvent {
  /** From 1, without holes. */
  readonly position: number
  /** When it counts; in a drill maybe a virtual time. */
  readonly at: number
  readonly recordedAt: number
  /** Account id. */
  readonly by: string
  readonly name: string
  readonly fact: RecordedFact
}

const HOUSE: ReadonlySet<string> = new Set<HouseFact['type']>([
  ...(['noted', 'fieldsSet', 'severityAnswered', 'scopeSet', 'usersTold'] as const),
])

export function isHouseFact(fact: RecordedFact | CaseFact | HouseFact): fact is HouseFact {
  return HOUSE.has(fact.type)
}

/** What the core is told of. */
export function lawEvents(events: readonly KeptEvent[]): readonly CaseEvent[] {
  return events.flatMap(({ fact, at, name }) =>
    isHouseFact(fact) ? [] : [{ ...fact, at, by: name }],
  )
}

type KeptOf<Type extends RecordedFact['type']> = KeptEvent & {
  readonly fact: Extract<RecordedFact, { readonly type: Type }>
}

export function factsOf<Type extends RecordedFact['type']>(
  events: readonly KeptEvent[],
  type: Type,
): readonly KeptOf<Type>[] {
  return events.filter((event): event is KeptOf<Type> => event.fact.type === type)
}
