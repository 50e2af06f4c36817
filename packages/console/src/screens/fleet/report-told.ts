/** What a report of a device tells, as the sentences of its timeline; {@link reportWords} says them. */
import type { Report } from '../../api/operator-api.gen.ts'
import type { Tone } from '../../pieces/tag.tsx'
import type { Key } from '../../words/language.ts'
import { updateStanding } from './device-standing.ts'

export type Sentence = {
  /** Something that should not be, whatever state the update is in. */
  readonly isOdd?: true
} & (
  | { readonly key: Key; readonly facts?: Readonly<Record<string, string | number>> }
  /** Of protocol §13. */
  | { readonly code: string }
  | { readonly event: NonNullable<Report['event']> }
)

export interface Told {
  readonly tone: Tone
  /** Where its update is. */
  readonly standing: Key
  readonly more: readonly Sentence[]
}

/** @param before the report that came before it, where it is known */
export function toldBy(report: Report, before: Report | undefined): Told {
  const { refused, event, code, version } = report
  const update = updateStanding(report)
  const hasChanged = before !== undefined && before.version !== version
  const more: readonly Sentence[] = [
    ...(event === undefined ? [] : [{ event }]),
    ...(refused === undefined
      ? []
      : [{ key: REFUSALS[refused] ?? 'report.refusedSomething', isOdd: true as const }]),
    ...(code === undefined ? [] : [{ code }]),
    ...(hasChanged
      ? [{ key: 'report.versionNow', facts: { version, before: before.version } } as const]
      : []),
    ...oddities(report),
  ]
  return { tone: update.tone, standing: update.key, more }
}

const REFUSALS: Readonly<Record<string, Key>> = {
  manifest: 'report.refusedManifest',
  metadata: 'report.refusedMetadata',
  artifact: 'report.refusedArtifact',
  command: 'report.refusedCommand',
}

function oddities(report: Report): readonly Sentence[] {
  const { missingBefore: count } = report
  if (count > 0) return [{ key: 'report.missing', facts: { count }, isOdd: true }]
  return isUnchained(report) ? [{ key: 'report.unchained', isOdd: true }] : []
}

/** The first of all follows nothing, and behind a gap nothing can follow. */
function isUnchained({ prevFits, seq, missingBefore }: Report): boolean {
  return !prevFits && seq > 1 && missingBefore === 0
}
