/** What devices reported, or what is exploited, and may be a case of Article 14: the clock starts with who is aware. */
import { z } from 'zod'
import { caseId } from '../../cases/case-api.ts'
import { KNOWN_EXPLOITED, SIGNS, type Suggestion } from '../../cases/suggestion.ts'
import { inTime, matterOf } from '../matter.ts'
import { source } from '../source.ts'

const OPEN_MAX_COUNT = 200

export const caseSuggested = matterOf(
  'caseSuggested',
  'What may be a case of Article 14, and nobody has taken up or dismissed',
  { suggestion: caseId },
  {
    sign: z.enum(SIGNS),
    vulnerability: z.string().nullable().meta({ description: 'Of what is exploited' }),
    devices: z.int().nullable().meta({ description: 'Of what devices reported: how many' }),
  },
)
type CaseSuggested = z.output<typeof caseSuggested>

export const caseSuggestions = source([caseSuggested], {
  needs: 'case.read',
  async find({ stores, permitted: products }) {
    const open = { products, state: 'open', before: undefined, limit: OPEN_MAX_COUNT } as const
    return (await stores.caseSuggestions.list(open)).map(asMatter).toSorted(inTime)
  },
})

function asMatter(suggestion: Suggestion): CaseSuggested {
  const { id, product, sign, firstAt } = suggestion
  const isExploited = suggestion.sign === KNOWN_EXPLOITED
  return {
    ...{ kind: 'caseSuggested', severity: isExploited ? 'urgent' : 'soon', product },
    ...{ since: firstAt, by: null, subject: { suggestion: id } },
    facts: {
      sign,
      vulnerability: isExploited ? suggestion.facts.vulnerability : null,
      devices: isExploited ? null : suggestion.facts.devices,
    },
  }
}
