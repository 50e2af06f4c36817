/** A document as it is read, line by line, and which lines a JSON pointer (RFC 6901) means. Pure. */

export interface CsafLines {
  readonly lines: readonly string[]
  /** First and last; of what is not there, those of what it is missing in. */
  readonly spanOf: (pointer: string) => Span
}

export type Span = readonly [first: number, last: number]

/** The lines are those of `JSON.stringify(document, null, 2)`. */
export function csafLines(document: unknown): CsafLines {
  const lines: string[] = []
  const spans = new Map<string, Span>()
  const write = (value: unknown, pointer: string, place: Place): void => {
    const { indent, name, end } = place
    const first = lines.length
    const parts = partsOf(value)
    if (parts.length === 0) lines.push(`${indent}${name}${JSON.stringify(value)}${end}`)
    else {
      const isList = Array.isArray(value)
      lines.push(`${indent}${name}${isList ? '[' : '{'}`)
      for (const [at, [key, part]] of parts.entries()) {
        write(part, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, {
          ...{ indent: `${indent}  `, name: isList ? '' : `${JSON.stringify(key)}: ` },
          end: at === parts.length - 1 ? '' : ',',
        })
      }
      lines.push(`${indent}${isList ? ']' : '}'}${end}`)
    }
    spans.set(pointer, [first, lines.length - 1])
  }
  write(document, '', { indent: '', name: '', end: '' })
  const spanOf = (pointer: string): Span => {
    for (let at = pointer; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
      const known = spans.get(at)
      if (known !== undefined) return known
    }
    return [0, lines.length - 1]
  }
  return { lines, spanOf }
}

interface Place {
  readonly indent: string
  readonly name: string
  readonly end: string
}

function partsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
