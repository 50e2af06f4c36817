/** The columns of a rollout in the order in which they are read, and how they add up. Pure. */
import type { RolloutColumns } from '../../../api/operator-api.gen.ts'
import type { Tone } from '../../../pieces/tag.tsx'

export type ColumnName = keyof RolloutColumns

/** From what is done over what goes on to what does not. */
export const COLUMNS = [
  ...(['succeeded', 'underWay', 'offered'] as const),
  ...(['waitingForConsent', 'waitingForWindow', 'waiting', 'postponed', 'optedOut'] as const),
  ...(['failed', 'silent', 'blocked', 'overtaken', 'offline', 'notOffered'] as const),
] as const satisfies readonly ColumnName[]

export const TONES: Readonly<Record<ColumnName, Tone>> = {
  ...{ succeeded: 'good', underWay: 'busy', offered: 'busy' },
  ...{ waitingForConsent: 'waits', waitingForWindow: 'waits', waiting: 'waits' },
  ...{ postponed: 'waits', optedOut: 'waits' },
  ...{ failed: 'bad', silent: 'bad', blocked: 'quiet', overtaken: 'quiet' },
  ...{ offline: 'quiet', notOffered: 'quiet' },
}

export const NOBODY: RolloutColumns = Object.fromEntries(
  COLUMNS.map((column) => [column, 0]),
) as unknown as RolloutColumns

export function summed(all: readonly RolloutColumns[]): RolloutColumns {
  return Object.fromEntries(
    COLUMNS.map((column) => [column, all.reduce((sum, one) => sum + one[column], 0)]),
  ) as unknown as RolloutColumns
}

export function devicesIn(columns: RolloutColumns): number {
  return COLUMNS.reduce((sum, column) => sum + columns[column], 0)
}

/** These stand there also when nobody is in them; the others only take room when somebody is. */
const ALWAYS: readonly ColumnName[] = [
  ...(['succeeded', 'underWay', 'waitingForConsent', 'waitingForWindow', 'postponed'] as const),
  ...(['optedOut', 'failed', 'silent', 'blocked'] as const),
]

export function shownColumns(total: RolloutColumns): readonly ColumnName[] {
  return COLUMNS.filter((column) => ALWAYS.includes(column) || total[column] > 0)
}

export interface Part {
  readonly tone: Tone
  readonly count: number
  /** 0–1 of all. */
  readonly share: number
}

const ORDER: readonly Tone[] = ['good', 'busy', 'waits', 'bad', 'quiet']

/** Of a bar: neighbouring columns of one meaning are one part. */
export function partsOf(columns: RolloutColumns): readonly Part[] {
  const all = devicesIn(columns)
  return ORDER.map((tone) => {
    const count = COLUMNS.reduce((sum, it) => sum + (TONES[it] === tone ? columns[it] : 0), 0)
    return { tone, count, share: all === 0 ? 0 : count / all }
  }).filter(({ count }) => count > 0)
}

export function isColumn(text: string | undefined): text is ColumnName {
  return (COLUMNS as readonly string[]).includes(text ?? '')
}
