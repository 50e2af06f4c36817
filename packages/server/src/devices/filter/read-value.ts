/** Reads the value that a field is compared with, as its kind wants it. */
import { isLine, isVersion } from '@fleetward/shared'
import { numberIn } from '../attribute-value.ts'
import { lineKey, versionKey } from '../version-key.ts'
import { kindOf } from './fields.ts'
import type { Field, Value } from './filter.ts'
import { FilterError } from './filter-error.ts'
import { nearest } from './suggestion.ts'
import type { Token } from './tokens.ts'

const SECONDS_OF: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
}
const DURATION = /^(\d{1,9})([smhdw])$/
/** RFC 3339, UTC; a day alone is its beginning. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/

/** `isPrefix`: it follows `~`, so it is a text whatever it looks like. */
export function readValue(field: Field, token: Token, isPrefix: boolean): Value {
  if (token.kind !== 'word' && token.kind !== 'text') throw mistake(token, 'a value')
  const { text } = token
  if (isPrefix) return { kind: 'text', text }
  if (field.kind === 'attribute') return attributeValue(token.kind === 'text', text)
  const kind = kindOf(field.name)
  switch (kind.kind) {
    case 'text':
      return { kind: 'text', text }
    case 'word':
      if (kind.words.includes(text)) return { kind: 'text', text }
      throw mistake(token, `one of ${kind.words.join(', ')}`, nearest(text, kind.words))
    case 'number': {
      const number = numberIn(text)
      if (number !== undefined) return { kind: 'number', number }
      throw mistake(token, 'a number')
    }
    case 'flag':
      if (text === 'true' || text === 'false') return { kind: 'flag', flag: text === 'true' }
      throw mistake(token, 'true or false', nearest(text, ['true', 'false']))
    case 'version': {
      const key = versionKey(text)
      if (key !== undefined) return { kind: 'version', key }
      throw mistake(token, 'a version: major.minor.patch', meantVersion(text))
    }
    case 'line':
      if (isLine(text)) return { kind: 'line', key: lineKey(text) }
      throw mistake(token, 'a line: major.minor', isVersion(text) ? `version … ${text}` : undefined)
    case 'time':
      return timeValue(token)
  }
}

/** `1.5`, `v1.5.0`, `1,5,0`: what the same numbers are when they are written as a version. */
function meantVersion(text: string): string | undefined {
  if (!/^[vV]?\d+(?:[.,_-]\d+){0,3}[.,]?$/.test(text)) return undefined
  const numbers = (text.match(/\d+/g) ?? []).map((number) => number.replace(/^0+(?=\d)/, ''))
  const meant = [...numbers, '0', '0'].slice(0, 3).join('.')
  if (!isVersion(meant)) return undefined
  return isLine(text) ? `${meant}, or line … ${text}` : meant
}

function attributeValue(isQuoted: boolean, text: string): Value {
  if (isQuoted) return { kind: 'text', text }
  if (text === 'true' || text === 'false') return { kind: 'flag', flag: text === 'true' }
  const number = numberIn(text)
  if (number !== undefined) return { kind: 'number', number }
  const key = versionKey(text)
  return key === undefined ? { kind: 'text', text } : { kind: 'version', key }
}

function timeValue(token: Token): Value {
  const [, count, unit = ''] = DURATION.exec(token.text) ?? []
  if (count !== undefined) {
    return { kind: 'age', seconds: Number(count) * (SECONDS_OF[unit] ?? 0) }
  }
  const time = TIME.test(token.text) ? Date.parse(token.text) : Number.NaN
  // Date.parse takes the 30th of February for a day in March.
  const isReal =
    !Number.isNaN(time) && new Date(time).toISOString().startsWith(token.text.slice(0, 10))
  if (isReal) return { kind: 'time', seconds: Math.floor(time / 1000) }
  throw mistake(token, 'a time ago such as 7d, 36h or 90m, or a day such as 2026-11-21')
}

function mistake({ at, text }: Token, expected: string, suggestion?: string): FilterError {
  return new FilterError({ at, expected, seen: text, suggestion })
}
