/** What Fleetward suggests for a requirement, sentence by sentence, in the language of the page. */
import type { RequirementRow } from '../../../api/operator-api.gen.ts'
import { monthText } from '../../../words/time.ts'
import { toldWords } from '../../../words/told.ts'

type Suggested = RequirementRow['suggested'][number]

/** Undefined: the server's own sentence stands. */
export function suggestionWords({ code, facts }: Suggested): string | undefined {
  const { supportEnds } = facts
  const month = typeof supportEnds === 'string' ? { supportEnds: monthText(supportEnds) } : {}
  return toldWords('suggested', code, { ...facts, ...month })
}
