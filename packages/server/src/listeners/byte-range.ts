/** One byte range of a file (RFC 9110 §14). Pure. */

export interface ByteRange {
  /** Both inclusive. */
  readonly first: number
  readonly last: number
}

const RANGE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/

/**
 * What of the file is asked for. A field we do not understand, several ranges among them, is ignored as RFC 9110
 * §14.2 allows: the whole file is always a right answer.
 */
export function rangeOf(
  field: string | undefined,
  length: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [match, from, to, suffix] = RANGE.exec(field ?? '') ?? []
  if (match === undefined) return 'whole'
  if (suffix !== undefined) {
    const wanted = Math.min(Number(suffix), length)
    return wanted === 0 ? 'unsatisfiable' : { first: length - wanted, last: length - 1 }
  }
  const first = Number(from)
  const last = to === undefined ? length - 1 : Math.min(Number(to), length - 1)
  if (to !== undefined && Number(to) < first) return 'whole'
  return first >= length ? 'unsatisfiable' : { first, last }
}
