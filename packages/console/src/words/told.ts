/**
 * What the server says by a code with facts, in the language of the page. The server speaks English: there its own
 * sentence stands, which may say more than a code has words for; elsewhere these words do.
 */
import { type Key, lawWords, spoken } from './language.ts'
import { type Facts, say } from './say.tsx'
import { durationWords } from './time.ts'

/** Undefined: the server's own sentence is to stand, marked as English. */
export function toldWords(
  section: string,
  code: string,
  facts: Readonly<Record<string, unknown>> = {},
): string | undefined {
  if (speaksEnglish()) return undefined
  // Not of English: where this language lacks a code, the server's sentence is the better one.
  const known = spoken.value.words[section] ?? lawWords()[section] ?? {}
  if (!(code in known || `${code}#other` in known)) return undefined
  const said = say(`${section}.${code}` as Key, wordedFacts(facts))
  // A fact that this case of the code, or another version of the server, does not give.
  return /\{\w+\}/.test(said) ? undefined : said
}

export const speaksEnglish = () => spoken.value.code === 'en'

function wordedFacts(facts: Readonly<Record<string, unknown>>): Facts {
  const told: Record<string, string | number> = {}
  for (const [name, fact] of Object.entries(facts)) {
    if (typeof fact === 'string') told[name] = fact
    if (typeof fact === 'number') told[name] = /Seconds$/.test(name) ? durationWords(fact) : fact
  }
  return told
}
