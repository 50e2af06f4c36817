/**
 * The language of the console: one file of words each in this folder, and a file that is added is a language that can be
 * chosen. What one lacks is said in English. Words never are markup: they become text nodes.
 */
import { signal } from '@preact/signals'
import type en from './en.json'

export type Words = typeof en
export type Section = keyof Words
/** `section.key`; of words that count, the key without `#one` and `#other`. */
export type Key = {
  [S in Section]: `${S}.${Bare<Extract<keyof Words[S], string>>}`
}[Section]

type Bare<K extends string> = K extends `${infer Base}#${string}` ? Base : K

export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

const FILES = import.meta.glob<Table>('./*.json', { import: 'default' })
const LAW_FILES = import.meta.glob<Table>('./law/*.json', { import: 'default' })
const CHOICE_KEY = 'fleetward-language'

export const languages: readonly string[] = Object.keys(FILES).map((path) => path.slice(2, -5))

interface Spoken {
  readonly code: string
  readonly words: Table
}

/** Nothing is said before {@link loadLanguage} is done. */
export const spoken = signal<Spoken>({ code: 'en', words: {} })

/** For what the language of the page lacks. A reader of a whole one never fetches it: it is as large as that one. */
export const english = signal<Table>({})

const lawTables = signal<Readonly<Record<string, Table>>>({})
let isLawAsked = false

/**
 * What the server says of the law, sentences long, by its codes; English is the server's own. Only a few screens say it,
 * and fetch it with themselves.
 */
export function lawWords(): Table {
  return lawTables.value[spoken.value.code] ?? {}
}

export async function loadLaw(code = spoken.peek().code): Promise<void> {
  isLawAsked = true
  const table = (await LAW_FILES[`./law/${code}.json`]?.()) ?? {}
  lawTables.value = { ...lawTables.peek(), [code]: table }
}

let isEnglishAsked = false

/** Called where a word is lacking; whoever read {@link english} reads it again when it is there. */
export function lackWord(): void {
  if (isEnglishAsked || spoken.peek().code === 'en') return
  isEnglishAsked = true
  FILES['./en.json']?.().then(
    (words) => {
      english.value = words
    },
    () => {
      isEnglishAsked = false
    },
  )
}

export async function loadLanguage(wish?: string): Promise<void> {
  if (wish !== undefined) localStorage.setItem(CHOICE_KEY, wish)
  const code = languageFor([localStorage.getItem(CHOICE_KEY) ?? '', ...navigator.languages])
  const words = (await FILES[`./${code}.json`]?.()) ?? {}
  if (isLawAsked) await loadLaw(code)
  spoken.value = { code, words }
  document.documentElement.lang = code
}

/** The first that somebody asks for and there is; `de-AT` is met by `de`. */
function languageFor(wishes: readonly string[]): string {
  for (const wish of wishes) {
    const base = wish.toLowerCase().split('-', 1)[0] ?? ''
    if (languages.includes(base)) return base
  }
  return 'en'
}

export const pageLanguage = () => spoken.value.code

/** For numbers and times: the region a person chose for the browser, where it fits the language. */
export function locale(): string {
  const { code } = spoken.value
  return navigator.languages.find((wish) => wish.toLowerCase().startsWith(code)) ?? code
}
