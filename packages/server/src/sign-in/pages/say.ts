/** Words in the language that a browser asks for: what a page is written with. */
import { de } from './words/de.ts'
import { en, type Words } from './words/en.ts'
import { fr } from './words/fr.ts'

const LANGUAGES = { en, de, fr } as const satisfies Readonly<Record<string, Words>>
export type Language = keyof typeof LANGUAGES

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

/** The best of ours by RFC 9110 §12.5.4; English for whoever asks for none of them. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 400)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';')
      const quality = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1])
      return { tag: tag.trim().split('-')[0] ?? '', quality: Number(quality[0] ?? 1) }
    })
    .filter(({ tag, quality }) => quality > 0 && Object.hasOwn(LANGUAGES, tag))
    .toSorted((one, other) => other.quality - one.quality)
  return (wishes[0]?.tag ?? 'en') as Language
}
