/** What is said of advisories in a word. Pure. */
import type { Advisory } from '../../api/operator-api.gen.ts'
import type { Tone } from '../../pieces/tag.tsx'

export type AdvisoryState = Advisory['state']

export const ADVISORY_STATES = [
  ...(['draft', 'held', 'scheduled', 'published', 'withdrawn'] as const),
] as const satisfies readonly AdvisoryState[]

export const STATE_TONES: Readonly<Record<AdvisoryState, Tone>> = {
  ...{ draft: 'busy', held: 'waits', scheduled: 'waits', published: 'good', withdrawn: 'quiet' },
}

export function stateOf(word: string | undefined): AdvisoryState | '' {
  return ADVISORY_STATES.find((known) => known === word) ?? ''
}
