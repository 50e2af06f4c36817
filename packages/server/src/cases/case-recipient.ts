/** To whom a case is reported beside ENISA (Art. 14(7)), of what the product's facts and its devices say. Pure. */
import type { MemberState, Recipient, RecipientAnswers } from '@fleetward/vulnerability'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { factsOf, type KeptEvent } from './case-file.ts'
import type { Reporting } from './reporting.ts'

export function recipientOfCase(
  core: Pick<Reporting, 'recipientOf' | 'memberStateOf'>,
  { establishments = {} }: Pick<ProductFacts, 'establishments'>,
  /** Devices of the product by country (ISO 3166-1), of those of which it is known. */
  countries: ReadonlyMap<string, number>,
  events: readonly KeptEvent[],
): Recipient {
  const given = Object.entries(establishments).filter(([, place]) => place !== undefined)
  const mostUsersIn = mostIn(core, countries)
  const notifiedBefore = factsOf(events, 'submitted')[0]?.fact.sheet?.coordinatorOf
  return core.recipientOf({
    ...(Object.fromEntries(given) as RecipientAnswers),
    ...(mostUsersIn === undefined ? {} : { mostUsersIn }),
    ...(notifiedBefore === undefined ? {} : { notifiedBefore }),
  })
}

/** Undefined, and not none, where nobody knows of a device there: the question stays open. */
function mostIn(
  { memberStateOf }: Pick<Reporting, 'memberStateOf'>,
  countries: ReadonlyMap<string, number>,
): MemberState | undefined {
  const found = [...countries].flatMap(([country, count]) => {
    const state = memberStateOf(country)
    return state === undefined || count === 0 ? [] : [{ state, count }]
  })
  const [most] = found.toSorted((a, b) => b.count - a.count || (a.state < b.state ? -1 : 1))
  return most?.state
}
