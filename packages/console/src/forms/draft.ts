/**
 * What stands in the fields of a form, each as the text that was typed, and what it comes to as a request. Pure. Rows
 * have their number in the path: `openPoints/0/what`.
 */
import type { FormField } from './form-field.ts'

export type Draft = Readonly<Record<string, string>>

/** As far as a form is concerned. */
export type Value = Readonly<Record<string, unknown>>

export function draftOf(fields: readonly FormField[], value: Value): Draft {
  const draft: Record<string, string> = {}
  for (const field of fields) {
    const found = at(value, field.path)
    if (field.kind === 'rows') {
      for (const [index, row] of (Array.isArray(found) ? found : []).entries()) {
        const inner = draftOf(field.fields ?? [], row as Value)
        for (const sub of field.fields ?? []) {
          draft[`${field.path}/${index}/${sub.path}`] = inner[sub.path] ?? ''
        }
      }
    } else {
      const text = textOf(field, found)
      if (text !== '') draft[field.path] = text
    }
  }
  return draft
}

/**
 * @param base what the form does not know of stays as it is there
 * @param emptyLists an empty list is sent: where what is left out stays as it was
 */
export function requestOf(
  fields: readonly FormField[],
  draft: Draft,
  { base = {}, emptyLists = false }: { base?: Value; emptyLists?: boolean } = {},
): Value {
  const value = structuredClone(base) as Record<string, unknown>
  for (const { path } of fields) put(value, path, undefined)
  for (const field of fields.filter((one) => isShown(one, draft))) {
    const isList = field.kind === 'lines' || field.kind === 'choices'
    const read = field.kind === 'rows' ? rowsOf(field, draft) : readText(field, draft[field.path])
    const sent = read ?? (isList && (emptyLists || field.isNeeded === true) ? [] : undefined)
    if (sent !== undefined) put(value, field.path, sent)
  }
  return value
}

export function isShown({ when = [] }: FormField, draft: Draft): boolean {
  return when.every(({ path, is }) => is.includes(draft[path] ?? ''))
}

/** Numbers of the rows that are there, also of one that is still empty. */
export function rowNumbers(path: string, draft: Draft): readonly number[] {
  const numbers = Object.keys(draft)
    .filter((key) => key.startsWith(`${path}/`))
    .map((key) => Number(key.slice(path.length + 1).split('/', 1)[0]))
  return [...new Set(numbers)].toSorted((one, other) => one - other)
}

export function withoutRow(path: string, number: number, draft: Draft): Draft {
  const gone = `${path}/${number}/`
  return Object.fromEntries(Object.entries(draft).filter(([key]) => !key.startsWith(gone)))
}

/** Paths of what differs; where one has nothing, that is an empty text. */
export function differences(one: Draft, other: Draft): readonly string[] {
  const paths = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...paths].filter((path) => (one[path] ?? '') !== (other[path] ?? ''))
}

/** What somebody typed, on what others saved meanwhile: what he did not touch is theirs. */
export function rebased(before: Draft, mine: Draft, theirs: Draft): Draft {
  const draft: Record<string, string> = { ...theirs }
  for (const path of differences(before, mine)) {
    if (mine[path] === undefined) delete draft[path]
    else draft[path] = mine[path]
  }
  return draft
}

function rowsOf({ path, fields = [] }: FormField, draft: Draft): readonly Value[] | undefined {
  const rows = rowNumbers(path, draft).flatMap((number) => {
    const inner = Object.fromEntries(
      fields.map((field) => [field.path, draft[`${path}/${number}/${field.path}`] ?? '']),
    )
    const isEmpty = Object.values(inner).every((text) => text.trim() === '')
    return isEmpty ? [] : [requestOf(fields, inner)]
  })
  return rows.length === 0 ? undefined : rows
}

function readText({ kind }: FormField, text = ''): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  switch (kind) {
    case 'lines':
    case 'choices':
      return trimmed
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    case 'yesNo':
      return trimmed === 'true'
    case 'number': {
      const number = Number(trimmed)
      // What is no number is sent as it is: the server says what is wrong with it.
      return Number.isFinite(number) ? number : trimmed
    }
    case 'time':
      return Math.floor(new Date(trimmed).getTime() / 1000)
    default:
      return trimmed
  }
}

function textOf({ kind }: FormField, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join('\n')
  if (kind === 'time' && typeof value === 'number') return localTimeText(value)
  return String(value)
}

/** As a field of the kind `datetime-local` takes it: in the viewer's zone, to the second. */
function localTimeText(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

function at(value: Value, path: string): unknown {
  let found: unknown = value
  for (const name of path.split('/')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Object.hasOwn(found, name) ? (found as Value)[name] : undefined
  }
  return found
}

/** A group of which nothing is left is not there. */
function put(value: Record<string, unknown>, path: string, content: unknown): void {
  const [name = '', ...rest] = path.split('/')
  if (rest.length === 0) {
    if (content === undefined) delete value[name]
    else value[name] = content
    return
  }
  const group = (value[name] ?? {}) as Record<string, unknown>
  put(group, rest.join('/'), content)
  if (Object.keys(group).length === 0) delete value[name]
  else value[name] = group
}
