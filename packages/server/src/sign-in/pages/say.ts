/** Words in the language that a browser asks for: what a page is written with. */
import type { Language } from '../../pages/language.ts'
import { de } from './words/de.ts'
import { en, type Words } from './words/en.ts'
import { fr } from './words/fr.ts'

const LANGUAGES: Readonly<Record<Language, Words>> = { en, de, fr }

type Key = keyof Words
/** Of a sentence that counts, what both forms have in common. */
type Counted = Key extends infer Each ? (Each extends `${infer Stem}.one` ? Stem : never) : never
type Values = Readonly<Record<string, string | number>>

export interface Say {
  (key: Key | Counted, values?: Values): string
  readonly language: Language
  /** The words for this code, if there are any. */
  problem(code: string): string | undefined
  /** To the minute, in UTC: the server does not know where its reader is. */
  when(seconds: number): string
}

export function sayIn(language: Language): Say {
  const words: Readonly<Record<string, string>> = LANGUAGES[language]
  const plural = new Intl.PluralRules(language)
  // Of the Englishes, the one whose dates nobody reads the other way round.
  const dates = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' },
  })
  const say = (key: Key | Counted, values: Values = {}): string => {
    const form = plural.select(Number(values.count ?? 0)) === 'one' ? 'one' : 'other'
    const sentence = words[key] ?? words[`${key}.${form}`] ?? key
    return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  }
  return Object.assign(say, {
    language,
    problem: (code: string) => {
      const key = `problem.${code}`
      return Object.hasOwn(words, key) ? words[key] : undefined
    },
    when: (seconds: number) => `${dates.format(seconds * 1000)} UTC`,
  })
}
