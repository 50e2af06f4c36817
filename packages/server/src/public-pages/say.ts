/** Words in the language that a browser asks for, or that its reader chose on the page. */
import { type Language, languageOf } from '../pages/language.ts'
import { type Place, placeOf } from './site-place.ts'
import { de } from './words/de.ts'
import { en, type Words } from './words/en.ts'
import { fr } from './words/fr.ts'
import { productsDe } from './words/products-de.ts'
import { type ProductWords, productsEn } from './words/products-en.ts'
import { productsFr } from './words/products-fr.ts'

type AllWords = Words & ProductWords

const LANGUAGES: Readonly<Record<Language, AllWords>> = {
  ...{ en: { ...en, ...productsEn }, de: { ...de, ...productsDe }, fr: { ...fr, ...productsFr } },
}

/** As each calls itself. */
export const LANGUAGE_NAMES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['fr', 'Français'],
]

export interface Say {
  (key: keyof AllWords, values?: Readonly<Record<string, string | number>>): string
  readonly language: Language
  /** Whether the reader chose it: then links go on in it. */
  readonly isChosen: boolean
  /** Where the page lies: its links follow from it. */
  readonly place: Place
  /** Of the page that is shown. */
  readonly path: string
  problem(code: string): string
  /** To the minute, in UTC. */
  when(seconds: number): string
  /** To the day, in UTC. */
  day(seconds: number): string
  /** `2034-12` */
  month(month: string): string
  hours(count: number): string
}

export function sayFor(url: string, acceptLanguage: string | undefined): Say {
  const [path = '', asked = ''] = url.split('?')
  const query = new URLSearchParams(asked)
  const chosen = query.get('lang')
  const known = LANGUAGE_NAMES.find(([language]) => language === chosen)?.[0]
  const language = known ?? languageOf(acceptLanguage)
  const words = LANGUAGES[language]
  const formatted = (at: number | Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      ...{ timeZone: 'UTC', ...options },
    }).format(at)
  const say = (key: keyof AllWords, values: Readonly<Record<string, string | number>> = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  const hasWords = (key: string): key is keyof AllWords => Object.hasOwn(words, key)
  return Object.assign(say, {
    ...{ language, isChosen: known !== undefined, place: placeOf(query), path },
    problem: (code: string) => {
      const key = `problem.${code}`
      return say(hasWords(key) ? key : 'problem.other')
    },
    when: (seconds: number) =>
      `${formatted(seconds * 1000, { dateStyle: 'medium', timeStyle: 'short' })} UTC`,
    day: (seconds: number) => formatted(seconds * 1000, { dateStyle: 'long' }),
    month: (month: string) =>
      formatted(new Date(`${month}-01T00:00:00Z`), { month: 'long', year: 'numeric' }),
    hours: (count: number) =>
      count >= 48 && count % 24 === 0
        ? say('time.days', { count: count / 24 })
        : say('time.hours', { count }),
  })
}

/** The same words for a page that lies on this server alone. */
export function onServer(say: Say): Say {
  const same = (...[key, values]: Parameters<Say>) => say(key, values)
  return Object.assign(same, say, { place: 'server' as const })
}
