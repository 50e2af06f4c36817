/** Why the gate is closed, and whether a feed counts, in the language of the page; undefined: the server's sentence stands. */
import { sayIfKnown } from './say.tsx'
import { toldWords } from './told.ts'

type Facts = Readonly<Record<string, unknown>>

export interface GateTold {
  readonly code: string
  readonly facts?: Facts
}

export function gateWords({ code, facts = {} }: GateTold): string | undefined {
  const { cause } = facts
  if (code === 'FEED_NOT_FRESH') return feedWords(String(cause), facts)
  return toldWords('gate', cause === undefined ? code : `${code}-${cause}`, {
    ...facts,
    ...worded('rating', facts, (rating) => sayIfKnown('release', `rating-${rating}`)),
    ...worded('kind', facts, (kind) => sayIfKnown('choice', kind)),
  })
}

export function feedWords(cause: string, facts: Facts): string | undefined {
  return toldWords('feeds', cause, facts)
}

/** A fact that is itself a code. */
function worded(name: string, facts: Facts, wordsOf: (code: string) => string | undefined): Facts {
  const code = facts[name]
  return typeof code === 'string' ? { [name]: wordsOf(code) ?? code } : {}
}
