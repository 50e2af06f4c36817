/**
 * What may come next in a filter that is being typed. It is read from its beginning to the caret, and leniently: what
 * cannot be read has no completion, and the server says what is wrong with it.
 */
import { FIELD_NAMES, kindOf, operatorsOf, wordsOf } from './filter-language.ts'

/** What there is in the fleet, as it is written in a filter. */
export interface Known {
  /** `attr.region`, `device."free space"`. */
  readonly attributes: readonly string[]
  /** Values by field. */
  readonly values: Readonly<Record<string, readonly string[]>>
}

export type OptionKind = 'field' | 'attribute' | 'operator' | 'value' | 'keyword'

export interface Option {
  readonly text: string
  readonly kind: OptionKind
  /** Of a value: the field it is a value of. */
  readonly field?: string
}

export interface Completion {
  /** What is replaced. */
  readonly from: number
  readonly to: number
  readonly options: readonly Option[]
}

const OPTIONS_MAX_COUNT = 40

type Expected = 'field' | 'named' | 'operator' | 'value' | 'open' | 'listed' | 'next' | 'joined'

interface Place {
  readonly expected: Expected
  readonly field: string
  readonly depth: number
}

const TOKEN =
  /\s+|(?:attr|device)\."(?:[^"\\]|\\.)*"?|"(?:[^"\\]|\\.)*"?|[A-Za-z0-9_.:+-]+|<=|>=|!=|[=<>~(),]|./gsu

export function completionAt(text: string, caret: number, known: Known): Completion {
  const tokens = text.slice(0, caret).match(TOKEN) ?? []
  const last = tokens.at(-1) ?? ''
  // What touches the caret is still being typed, unless it is complete by itself.
  const isBegun = last !== '' && !/^\s|^[(),]$/.test(last) && !/^".*"$|\."(.*)"$/s.test(last)
  const begun = isBegun ? last : ''
  const rest = isBegun ? (/^[A-Za-z0-9_.:+-]*/.exec(text.slice(caret))?.[0].length ?? 0) : 0
  const place = placeAfter(isBegun ? tokens.slice(0, -1) : tokens)
  const options = place === undefined ? [] : optionsAt(place, known)
  return { from: caret - begun.length, to: caret + rest, options: fitting(options, begun) }
}

/** The text with an option taken, and where the caret goes. */
export function taken(
  text: string,
  { from, to }: Completion,
  option: Option,
): { readonly text: string; readonly caret: number } {
  const written = /(^|\s)in$/.test(option.text) ? `${option.text} (` : option.text
  const after = text.slice(to)
  const space = option.text === '(' || /^\s/.test(after) || written.endsWith('(') ? '' : ' '
  const before = `${text.slice(0, from)}${written}${space}`
  return { text: before + after, caret: before.length + (space === '' && after !== '' ? 1 : 0) }
}

function placeAfter(tokens: readonly string[]): Place | undefined {
  let place: Place | undefined = { expected: 'field', field: '', depth: 0 }
  for (const token of tokens) {
    if (place === undefined) return undefined
    if (!/^\s/.test(token)) place = next(place, token)
  }
  return place
}

function next({ expected, field, depth }: Place, token: string): Place | undefined {
  const word = token.toLowerCase()
  const at = (then: Expected, more: Partial<Place> = {}): Place => ({
    ...{ expected: then, field, depth },
    ...more,
  })
  const joined = (): Place | undefined => {
    if (word === 'and' || word === 'or') return at('field')
    return token === ')' && depth > 0 ? at('joined', { depth: depth - 1 }) : undefined
  }
  switch (expected) {
    case 'field':
      if (word === 'not') return at('field')
      if (word === 'has') return at('named')
      if (token === '(') return at('field', { depth: depth + 1 })
      return at('operator', { field: token })
    case 'named':
      return at('joined')
    case 'operator':
      if (word === 'not') return at('operator')
      if (word === 'in') return at('open')
      if (/^(<=|>=|!=|[=<>~])$/.test(token)) return at('value')
      return kindOf(field) === 'flag' ? joined() : undefined
    case 'value':
      return at('joined')
    case 'open':
      return token === '(' ? at('listed') : undefined
    case 'listed':
      return at('next')
    case 'next':
      if (token === ',') return at('listed')
      return token === ')' ? at('joined') : undefined
    case 'joined':
      return joined()
  }
}

function optionsAt({ expected, field, depth }: Place, known: Known): readonly Option[] {
  const kind = kindOf(field)
  const all = (texts: readonly string[], of: OptionKind): Option[] =>
    texts.map((text) => (of === 'value' ? { text, kind: of, field } : { text, kind: of }))
  const fields = [...all(FIELD_NAMES, 'field'), ...all(known.attributes, 'attribute')]
  const joins = all(depth > 0 ? ['and', 'or', ')'] : ['and', 'or'], 'keyword')
  switch (expected) {
    case 'field':
      return [...fields, ...all(['not', 'has', '('], 'keyword')]
    case 'named':
      return fields
    case 'operator':
      if (kind === undefined) return []
      return [...(kind === 'flag' ? joins : []), ...all(operatorsOf(kind), 'operator')]
    case 'value':
    case 'listed':
      return all([...new Set([...wordsOf(field), ...valuesOf(known, field)])], 'value')
    case 'open':
      return all(['('], 'keyword')
    case 'next':
      return all([',', ')'], 'keyword')
    case 'joined':
      return joins
  }
}

/** A field is what somebody typed, also the name of what every object has. */
function valuesOf({ values }: Known, field: string): readonly string[] {
  return Object.hasOwn(values, field) ? (values[field] ?? []) : []
}

/** Those that begin so come first, then those that have it within, such as `attr.region` for `reg`. */
function fitting(options: readonly Option[], begun: string): readonly Option[] {
  const wanted = begun.replace(/^"/, '').toLowerCase()
  const bare = ({ text }: Option) => text.replace(/^"/, '').toLowerCase()
  const starts = options.filter((option) => bare(option).startsWith(wanted))
  const holds = options.filter(
    (option) => !bare(option).startsWith(wanted) && bare(option).includes(wanted),
  )
  // Nothing is left to be completed.
  if (starts.length === 1 && holds.length === 0 && starts[0]?.text === begun) return []
  return [...starts, ...holds].slice(0, OPTIONS_MAX_COUNT)
}
