/** Cuts a filter into words, texts in quotes, operators and brackets. */
import { ATTRIBUTE_TEXT_MAX_CHARACTERS, isAttributeText } from '../attribute-value.ts'
import { FilterError } from './filter-error.ts'

export type Token =
  /** A name, a keyword or a value without quotes. */
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly text: string; readonly at: number }
  | { readonly kind: 'bracket'; readonly text: '(' | ')' | ','; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number }

export const FILTER_MAX_CHARACTERS = 2000

const SPACE = /[ \t\r\n]+/y
const WORD = /[A-Za-z0-9_.:+-]+/y
const OPERATOR = /<=|>=|!=|<>|==|=~|<|>|=|~/y
const BRACKET = /[(),]/y
/** Forms of other languages, and how it is said here. */
const OTHER_OPERATORS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=', '=~': '~' }

export function tokensOf(filter: string): readonly Token[] {
  if (filter.length > FILTER_MAX_CHARACTERS) {
    throw new FilterError({
      at: FILTER_MAX_CHARACTERS,
      expected: `at most ${FILTER_MAX_CHARACTERS} characters`,
      seen: `${filter.length} characters`,
    })
  }
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(filter)?.[0]
  }
  while (at < filter.length) {
    const space = take(SPACE)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const word = take(WORD)
    if (word !== undefined) {
      tokens.push({ kind: 'word', text: word, at })
      at += word.length
      continue
    }
    const operator = take(OPERATOR)
    if (operator !== undefined) {
      const suggestion = OTHER_OPERATORS[operator]
      if (suggestion !== undefined) {
        throw new FilterError({ at, expected: OPERATORS, seen: operator, suggestion })
      }
      tokens.push({ kind: 'operator', text: operator, at })
      at += operator.length
      continue
    }
    const bracket = take(BRACKET)
    if (bracket !== undefined) {
      tokens.push({ kind: 'bracket', text: bracket as '(', at })
      at += 1
      continue
    }
    const { text, length } = quoted(filter, at)
    tokens.push({ kind: 'text', text, at })
    at += length
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

export const OPERATORS = '=, !=, <, <=, >, >=, ~ or in'

/** Between double quotes; `\"` and `\\` stand for themselves. */
function quoted(filter: string, start: number): { text: string; length: number } {
  const mistake = (at: number, expected: string, suggestion?: string) =>
    new FilterError({ at, expected, seen: filter.slice(at, at + 20), suggestion })
  if (filter[start] !== '"') {
    throw filter[start] === "'"
      ? mistake(start, 'a text in double quotes', '"…"')
      : mistake(start, 'a name, a value, an operator or a bracket')
  }
  let text = ''
  for (let at = start + 1; at < filter.length; at += 1) {
    const character = filter.charAt(at)
    if (character === '"') {
      return { text: requireStorable(text, start), length: at + 1 - start }
    }
    if (character === '\\') {
      at += 1
      const escaped = filter.charAt(at)
      if (escaped !== '"' && escaped !== '\\') throw mistake(at - 1, '\\" or \\\\')
      text += escaped
    } else {
      text += character
    }
    if (text.length > ATTRIBUTE_TEXT_MAX_CHARACTERS) {
      throw mistake(start, `a text of at most ${ATTRIBUTE_TEXT_MAX_CHARACTERS} characters`)
    }
  }
  throw mistake(start, 'a closing "')
}

/** No attribute has other texts, and databases disagree about them. */
function requireStorable(text: string, at: number): string {
  if (isAttributeText(text)) return text
  throw new FilterError({ at, expected: 'a text without control characters', seen: text })
}
