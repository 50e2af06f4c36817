/** Says something in the language of the page. Read in a component, it is said anew when the language changes. */
import type { ComponentChildren } from 'preact'
import { english, type Key, lackWord, lawWords, locale, spoken, type Table } from './language.ts'

export type Facts = Readonly<Record<string, string | number>>

const PLACE = /\{(\w+)\}/g

/** `{name}` becomes the fact of that name; a fact `count` chooses between `#one` and `#other`. */
export function say(key: Key, facts: Facts = {}): string {
  return sentenceOf(key, facts).replace(PLACE, (place, name: string) => {
    const fact = facts[name]
    return fact === undefined ? place : typeof fact === 'number' ? numberWords(fact) : fact
  })
}

/** As {@link say}, with links and other elements where the names stand. */
export function sayWith(
  key: Key,
  parts: Readonly<Record<string, ComponentChildren>>,
  facts: Facts = {},
): ComponentChildren {
  // Every second piece is a name.
  return sentenceOf(key, facts)
    .split(PLACE)
    .map((piece, index) => {
      if (index % 2 === 0) return piece
      if (piece in parts) return parts[piece]
      const fact = facts[piece]
      return fact === undefined ? `{${piece}}` : typeof fact === 'number' ? numberWords(fact) : fact
    })
}

/** Whether there are words for a code that the server may have learned later than this page. */
export function sayIfKnown(section: string, key: string, facts: Facts = {}): string | undefined {
  const isIn = (table: Table) => {
    const known = table[section]
    return known !== undefined && (key in known || `${key}#other` in known)
  }
  if (isIn(spoken.value.words) || isIn(english.value)) {
    return say(`${section}.${key}` as Key, facts)
  }
  lackWord()
  return undefined
}

function sentenceOf(key: Key, { count }: Facts): string {
  const { code, words } = spoken.value
  const [section = '', name = ''] = key.split('.', 2)
  const form = typeof count === 'number' ? new Intl.PluralRules(code).select(count) : 'other'
  for (const table of [words, lawWords(), english.value]) {
    const said = table[section]
    const sentence = said?.[`${name}#${form}`] ?? said?.[`${name}#other`] ?? said?.[name]
    if (sentence !== undefined) return sentence
  }
  lackWord()
  return key
}

export function numberWords(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locale(), options).format(value)
}

export function percentWords(share: number): string {
  return numberWords(share, { style: 'percent', maximumFractionDigits: 1 })
}

/** "one, two and three". */
export function listWords(parts: readonly string[]): string {
  return new Intl.ListFormat(locale()).format(parts)
}
