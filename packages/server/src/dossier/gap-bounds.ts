/** Gaps as the manifest takes them: each with something in it, of a length that a person reads, and not without end. */
import { DOSSIER_GAPS_MAX_COUNT, type DossierGap } from '@fleetward/shared'
import { oneLine } from './document.ts'

const WORDS_MAX_CHARACTERS = 1_000

export function boundedGaps(gaps: readonly DossierGap[]): readonly DossierGap[] {
  const shown = gaps.slice(0, DOSSIER_GAPS_MAX_COUNT - 1).map(({ item, what, next }) => ({
    item,
    what: clipped(what),
    next: clipped(next),
  }))
  const rest = gaps.length - shown.length
  if (rest === 0) return shown
  const next = 'Close those that are listed, and build the dossier again.'
  return [...shown, { item: 'VII', what: `${rest} more gaps`, next }]
}

function clipped(words: string): string {
  return Array.from(oneLine(words)).slice(0, WORDS_MAX_CHARACTERS).join('') || '…'
}
