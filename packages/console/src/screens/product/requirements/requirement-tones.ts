import type { RequirementRow } from '../../../api/operator-api.gen.ts'
import type { Tone } from '../../../pieces/tag.tsx'

export const REQUIREMENT_TONES: Readonly<Record<RequirementRow['state'], Tone>> = {
  ...{ unanswered: 'bad', suggested: 'busy', 'not-applicable': 'quiet', met: 'good' },
  ...{ open: 'waits' },
}
