/**
 * CSV (RFC 4180): a header, then one device a line. Columns are `id`, `cohort`, `pinned`, `test` and `attr.<name>`, the
 * last with a type behind a colon where they are no texts: `attr.floor:number`, `attr.leased:flag`. An empty
 * field leaves things as they are. A field in quotes may hold commas and quotes, and no line end.
 */
import { isAttributeName, numberIn } from '../attribute-value.ts'
import { COLUMNS_MAX_COUNT } from './limits.ts'

const OWN = ['id', 'cohort', 'pinned', 'test'] as const
const FLAGS: readonly string[] = ['pinned', 'test']
const TYPES = ['text', 'number', 'flag'] as const

export interface Column {
  readonly name: string
  readonly attribute: boolean
  readonly type: (typeof TYPES)[number]
}

/** The fields of a line, or what is wrong with it. */
export function fieldsOf(line: string): readonly string[] | string {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (line[at] === '"') {
      const field = quotedField(line, at)
      if (typeof field === 'string') return field
      fields.push(field.text)
      at = field.end
      if (at < line.length && line[at] !== ',') return 'has text behind a closing quote'
    } else {
      const comma = line.indexOf(',', at)
      const end = comma < 0 ? line.length : comma
      const text = line.slice(at, end)
      if (text.includes('"')) return 'has a quote inside a field without quotes'
      fields.push(text.trim())
      at = end
    }
    if (fields.length > COLUMNS_MAX_COUNT) return `has more than ${COLUMNS_MAX_COUNT} fields`
    if (at >= line.length) return fields
    at += 1
  }
}

function quotedField(line: string, start: number): { text: string; end: number } | string {
  let text = ''
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] !== '"') text += line[at]
    else if (line[at + 1] === '"') {
      text += '"'
      at += 1
    } else return { text, end: at + 1 }
  }
  return 'has a quote that is not closed; a field cannot go on in the next line'
}

/** The columns of a header, or what is wrong with it. */
export function columnsOf(header: readonly string[]): readonly Column[] | string {
  const columns: Column[] = []
  for (const field of header) {
    const column = columnOf(field)
    if (typeof column === 'string') return column
    if (
      columns.some(({ name, attribute }) => name === column.name && attribute === column.attribute)
    ) {
      return `names the column ${field.slice(0, 80)} twice`
    }
    columns.push(column)
  }
  if (!columns.some(({ name, attribute }) => name === 'id' && !attribute)) {
    return 'names no column id'
  }
  return columns
}

function columnOf(field: string): Column | string {
  const [whole = '', type = 'text', ...rest] = field.split(':')
  const isOwn = (OWN as readonly string[]).includes(whole)
  const known = TYPES.find((candidate) => candidate === type)
  if (isOwn && type === 'text' && rest.length === 0) {
    return { name: whole, attribute: false, type: FLAGS.includes(whole) ? 'flag' : 'text' }
  }
  const name = whole.startsWith('attr.') ? whole.slice(5) : ''
  if (known === undefined || rest.length > 0 || !isAttributeName(name)) {
    return `names the column ${field.slice(0, 80)}; there are id, cohort, pinned, test and attr.<name>, attr.<name>:number, attr.<name>:flag`
  }
  return { name, attribute: true, type: known }
}

/** A line as JSON lines would word it. What is no number stays a text, which the schema refuses. */
export function recordOf(
  columns: readonly Column[],
  fields: readonly string[],
): Record<string, unknown> | string {
  if (fields.length !== columns.length) {
    return `has ${fields.length} fields where the header has ${columns.length}`
  }
  const own: [string, unknown][] = []
  const attributes: [string, unknown][] = []
  for (const [index, { name, attribute, type }] of columns.entries()) {
    const text = fields[index] ?? ''
    if (text === '') continue
    const value = typed(type, text)
    if (value === undefined) {
      return `has ${JSON.stringify(text.slice(0, 40))} in the column ${name}, where ${type === 'number' ? 'a number' : 'true or false'} belongs`
    }
    if (attribute) attributes.push([name, value])
    else own.push([name, value])
  }
  return {
    ...Object.fromEntries(own),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  }
}

function typed(type: Column['type'], text: string): string | number | boolean | undefined {
  if (type === 'text') return text
  if (type === 'number') return numberIn(text)
  return text === 'true' || text === 'false' ? text === 'true' : undefined
}
