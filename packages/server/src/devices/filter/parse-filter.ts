/**
 * Reads a filter (docs/filters.md). By hand and by recursion, whose depth is bounded: the text comes from outside,
 * and all it can end in is a {@link Filter} or a {@link FilterError}.
 *
 *   filter    = both { "or" both }
 *   both      = one { "and" one }
 *   one       = "not" one | "(" filter ")" | "has" field | condition
 *   condition = field operator value | field [ "not" ] "in" "(" value { "," value } ")" | flag
 */
import { ATTRIBUTE_PREFIXES, FIELD_NAMES, isFieldName, kindOf } from './fields.ts'
import type { Field, Filter, Operator, Value } from './filter.ts'
import { FilterError } from './filter-error.ts'
import { readValue } from './read-value.ts'
import { nearest } from './suggestion.ts'
import { OPERATORS, type Token, tokensOf } from './tokens.ts'

export const FILTER_DEPTH_MAX = 16
export const CONDITIONS_MAX_COUNT = 64
export const VALUES_MAX_COUNT = 256

const KEYWORDS = ['and', 'or', 'not', 'in', 'has']
const FIELD = 'a field such as version, cohort or attr.region'

export function parseFilter(text: string): Filter {
  return new Parser(tokensOf(text)).whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  #conditions = 0
  #values = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Filter {
    const filter = this.#either()
    const token = this.#peek()
    if (token.kind === 'end') return filter
    const isUnopened = token.text === ')'
    throw this.#mistake(token, isUnopened ? 'no ) here, since none is open' : 'and, or, or the end')
  }

  #either(): Filter {
    return this.#joined('or', () => this.#joined('and', () => this.#one()))
  }

  #joined(word: 'and' | 'or', part: () => Filter): Filter {
    const first = part()
    const parts = [first]
    while (this.#takeKeyword(word)) parts.push(part())
    if (parts.length === 1) return first
    return { kind: word === 'and' ? 'all' : 'any', of: parts }
  }

  #one(): Filter {
    if (this.#isKeyword('not')) {
      return this.#deeper(() => ({ kind: 'not', of: this.#one() }))
    }
    const token = this.#peek()
    if (token.text !== '(' || token.kind !== 'bracket') return this.#condition()
    return this.#deeper(() => {
      const inside = this.#either()
      this.#takeBracket(')', 'and, or, or )')
      return inside
    })
  }

  /** Takes the token that leads deeper, then reads what is there. */
  #deeper(read: () => Filter): Filter {
    const token = this.#take()
    this.#depth += 1
    if (this.#depth > FILTER_DEPTH_MAX) {
      throw this.#mistake(token, `at most ${FILTER_DEPTH_MAX} levels of not and brackets`)
    }
    const filter = read()
    this.#depth -= 1
    return filter
  }

  #condition(): Filter {
    this.#conditions += 1
    if (this.#conditions > CONDITIONS_MAX_COUNT) {
      throw this.#mistake(this.#peek(), `at most ${CONDITIONS_MAX_COUNT} conditions`)
    }
    if (this.#takeKeyword('has')) return { kind: 'has', field: this.#field() }
    const field = this.#field()
    const token = this.#peek()
    if (this.#isKeyword('not') && this.#isKeyword('in', 1)) {
      this.#take()
      this.#take()
      return { kind: 'not', of: this.#oneOf(field) }
    }
    if (this.#takeKeyword('in')) return this.#oneOf(field)
    if (token.kind === 'operator') return this.#comparison(field)
    if (field.kind === 'own' && kindOf(field.name).kind === 'flag') {
      return { kind: 'compare', field, operator: '=', value: { kind: 'flag', flag: true } }
    }
    throw this.#mistake(token, OPERATORS)
  }

  #comparison(field: Field): Filter {
    const token = this.#take()
    const allowed = operatorsOf(field)
    if (!allowed.includes(token.text)) throw this.#mistake(token, allowed.join(', '))
    const isNot = token.text === '!='
    const operator = (isNot ? '=' : token.text) as Operator
    const value = this.#value(field, operator === '~')
    const compare: Filter = { kind: 'compare', field, operator, value }
    return isNot ? { kind: 'not', of: compare } : compare
  }

  #oneOf(field: Field): Filter {
    if (!operatorsOf(field).includes('=')) {
      throw this.#mistake(this.#peek(), `${operatorsOf(field).join(', ')} instead of in`)
    }
    this.#takeBracket('(', '( and the values')
    const values: Value[] = []
    do values.push(this.#value(field, false))
    while (this.#takeIf(','))
    this.#takeBracket(')', ', or )')
    return { kind: 'in', field, values }
  }

  #value(field: Field, isPrefix: boolean): Value {
    const token = this.#take()
    this.#values += 1
    if (this.#values > VALUES_MAX_COUNT) {
      throw this.#mistake(token, `at most ${VALUES_MAX_COUNT} values`)
    }
    if (token.kind === 'word' && KEYWORDS.includes(token.text.toLowerCase())) {
      throw this.#mistake(token, 'a value', `"${token.text}"`)
    }
    return readValue(field, token, isPrefix)
  }

  #field(): Field {
    const token = this.#take()
    if (token.kind !== 'word') throw this.#mistake(token, FIELD)
    const dot = token.text.indexOf('.')
    const prefix = dot < 0 ? token.text : token.text.slice(0, dot)
    if (dot >= 0 && Object.hasOwn(ATTRIBUTE_PREFIXES, prefix)) {
      const source = ATTRIBUTE_PREFIXES[prefix as keyof typeof ATTRIBUTE_PREFIXES]
      return { kind: 'attribute', source, name: this.#attributeName(token, dot) }
    }
    if (isFieldName(token.text)) return { kind: 'own', name: token.text }
    throw this.#mistake(token, FIELD, fieldLike(token.text))
  }

  /** `attr.region`, and `device."free space"` for what a device may have called it. */
  #attributeName(word: Token, dot: number): string {
    const name = word.text.slice(dot + 1)
    if (name !== '') return name
    const token = this.#peek()
    if (token.kind !== 'text' || token.text === '' || token.at !== word.at + word.text.length) {
      throw this.#mistake(token, `the name of an attribute right behind ${word.text}`)
    }
    this.#take()
    return token.text
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]
    if (token === undefined) throw new FilterError({ at: 0, expected: FIELD, seen: '' })
    return token
  }

  #take(): Token {
    const token = this.#peek()
    this.#next += 1
    return token
  }

  #isKeyword(word: string, ahead = 0): boolean {
    const token = this.#peek(ahead)
    return token.kind === 'word' && token.text.toLowerCase() === word
  }

  #takeKeyword(word: string): boolean {
    const isIt = this.#isKeyword(word)
    if (isIt) this.#take()
    return isIt
  }

  #takeIf(bracket: string): boolean {
    const token = this.#peek()
    const isIt = token.kind === 'bracket' && token.text === bracket
    if (isIt) this.#take()
    return isIt
  }

  #takeBracket(bracket: string, expected: string): void {
    if (!this.#takeIf(bracket)) throw this.#mistake(this.#peek(), expected)
  }

  #mistake({ at, text }: Token, expected: string, suggestion?: string): FilterError {
    return new FilterError({ at, expected, seen: text, suggestion })
  }
}

function operatorsOf(field: Field): readonly string[] {
  if (field.kind === 'attribute') return ['=', '!=', '<', '<=', '>', '>=', '~']
  switch (kindOf(field.name).kind) {
    case 'text':
      return ['=', '!=', '<', '<=', '>', '>=', '~']
    case 'word':
    case 'flag':
      return ['=', '!=']
    case 'time':
      return ['<', '<=', '>', '>=']
    default:
      return ['=', '!=', '<', '<=', '>', '>=']
  }
}

/** Of all mistakes the likeliest: a slip of the finger, or an attribute without its prefix. */
function fieldLike(word: string): string | undefined {
  const near = nearest(word, [...FIELD_NAMES, ...KEYWORDS])
  if (near !== undefined) return near
  const [prefix = '', ...rest] = word.split('.')
  const nearPrefix = nearest(prefix, Object.keys(ATTRIBUTE_PREFIXES))
  if (rest.length > 0) return nearPrefix && `${nearPrefix}.${rest.join('.')}`
  return /^[A-Za-z][\w-]{0,30}$/.test(word) ? `attr.${word} or device.${word}` : undefined
}
