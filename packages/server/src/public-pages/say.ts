/** Words in the language that a browser asks for, or that its reader chose on the page. */
import { type Language, languageOf } from '../pages/language.ts'
import { de } from './words/de.ts'
import { en, type Words } from './words/en.ts'
import { fr } from './words/fr.ts'

const LANGUAGES: Readonly<Record<Language, Words>> = { en, de, fr }

/** As each calls itself. */
export const LANGUAGE_NAMES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['fr', 'Français'],
]

export interface Say {
  (key: keyof Words, values?: Readonly<Record<string, string | number>>): string
  readonly language: Language
  /** Whether the reader chose it: then links go on in it. */
  readonly isChosen: boolean
  problem(code: string): string
  /** To the minute, in UTC. */
  when(seconds: number): string
  hours(count: number): string
}

export function sayFor(url: string, acceptLanguage: string | undefined): Say {
  const chosen = new URLSearchParams(url.split('?')[1] ?? '').get('lang')
  const known = LANGUAGE_NAMES.find(([language]) => language === chosen)?.[0]
  const language = known ?? languageOf(acceptLanguage)
  const words = LANGUAGES[language]
  const dates = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' },
  })
  const say = (key: keyof Words, values: Readonly<Record<string, string | number>> = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  const hasWords = (key: string): key is keyof Words => Object.hasOwn(words, key)
  return Object.assign(say, {
    ...{ language, isChosen: known !== undefined },
    problem: (code: string) => {
      const key = `problem.${code}`
      return say(hasWords(key) ? key : 'problem.other')
    },
    when: (seconds: number) => `${dates.format(seconds * 1000)} UTC`,
    hours: (count: number) =>
      count >= 48 && count % 24 === 0
        ? say('time.days', { count: count / 24 })
        : say('time.hours', { count }),
  })
}
