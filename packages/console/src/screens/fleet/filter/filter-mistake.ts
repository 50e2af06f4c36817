/** What the server found wrong with a filter, and where: for whoever shows it beneath the text. */

import { Refused } from '../../../api/refused.ts'
import type { Key } from '../../../words/language.ts'
import { shownText } from '../shown-text.ts'

export interface Mistake {
  /** Characters before it. */
  readonly at: number
  readonly expected: string
  readonly seen: string
  /** That can take its place as it is. */
  readonly suggestion?: string
}

/** Undefined: something else was refused. */
export function mistakeIn(error: Error | undefined): Mistake | undefined {
  if (!(error instanceof Refused) || error.code !== 'FILTER_INVALID') return undefined
  const { position, expected, seen, suggestion } = error.facts
  if (typeof position !== 'number') return undefined
  const isWord = typeof suggestion === 'string' && /^(?!.* or )[\w.:+"-]+$/.test(suggestion)
  return {
    ...{ at: position - 1, expected: String(expected ?? ''), seen: String(seen ?? '') },
    ...(isWord ? { suggestion } : {}),
  }
}

export interface Marked {
  readonly before: string
  /** Empty at the end of the text. */
  readonly marked: string
  readonly after: string
}

const BEFORE_MAX_CHARACTERS = 36
const AFTER_MAX_CHARACTERS = 24

/** The text around a mistake, in one line; what is left out is `…`. */
export function markedAt(text: string, { at, seen }: Mistake): Marked {
  const isWhole = seen !== '' && text.startsWith(seen, at)
  const end = Math.min(text.length, at + (isWhole ? seen.length : 1))
  const start = Math.max(0, at - BEFORE_MAX_CHARACTERS)
  const stop = Math.min(text.length, end + AFTER_MAX_CHARACTERS)
  return {
    before: `${start > 0 ? '…' : ''}${shownText(text.slice(start, at))}`,
    marked: shownText(text.slice(at, end)),
    after: `${shownText(text.slice(end, stop))}${stop < text.length ? '…' : ''}`,
  }
}

/** The text with the suggestion in the place of what was seen. */
export function mended(text: string, { at, seen, suggestion = '' }: Mistake): string {
  return (
    text.slice(0, at) + suggestion + text.slice(at + (text.startsWith(seen, at) ? seen.length : 0))
  )
}

/** What the server says was expected, as this page says it. */
export const EXPECTED: Readonly<Record<string, Key>> = {
  'a field such as version, cohort or attr.region': 'filter.expectField',
  '=, !=, <, <=, >, >=, ~ or in': 'filter.expectOperator',
  'a value': 'filter.expectValue',
  'a number': 'filter.expectNumber',
  'true or false': 'filter.expectFlag',
  'a version: major.minor.patch': 'filter.expectVersion',
  'a line: major.minor': 'filter.expectLine',
  'a time ago such as 7d, 36h or 90m, or a day such as 2026-11-21': 'filter.expectTime',
  'and, or, or the end': 'filter.expectEnd',
  'and, or, or )': 'filter.expectClose',
  'no ) here, since none is open': 'filter.expectNoClose',
  '( and the values': 'filter.expectList',
  ', or )': 'filter.expectComma',
  'a closing "': 'filter.expectQuote',
  'a text in double quotes': 'filter.expectQuotes',
  'a name, a value, an operator or a bracket': 'filter.expectToken',
}
