/** Says what a report tells. Codes are said in words, and kept beside them for whoever looks them up. */
import type { Report } from '../../api/operator-api.gen.ts'
import { codeWords } from '../../words/code-words.ts'
import { say, sayIfKnown } from '../../words/say.tsx'
import type { Sentence } from './report-told.ts'
import { shownText } from './shown-text.ts'

export function reportWords(sentence: Sentence): string {
  if ('code' in sentence) return codeWords(sentence.code)
  if ('event' in sentence) return eventWords(sentence.event)
  return say(sentence.key, sentence.facts)
}

function eventWords({ name, facts }: NonNullable<Report['event']>): string {
  const words = sayIfKnown('report', `event-${name}`) ?? name
  const told = Object.entries(facts).map(([fact, value]) => shownText(`${fact}: ${value}`))
  return told.length === 0 ? words : `${words} (${told.join(', ')})`
}
