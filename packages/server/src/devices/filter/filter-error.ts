/** What is wrong with a filter, for the person who wrote it: where, what was expected there, what they may have meant. */

export interface FilterMistake {
  /** Characters before it. */
  readonly at: number
  readonly expected: string
  readonly seen: string
  readonly suggestion?: string | undefined
}

export class FilterError extends Error {
  override readonly name = 'FilterError'
  /** The first character is 1. */
  readonly position: number
  readonly expected: string
  /** Shortened. */
  readonly seen: string
  readonly suggestion: string | undefined

  constructor({ at, expected, seen, suggestion }: FilterMistake) {
    const shown = seen === '' ? 'the end' : `"${shortened(seen)}"`
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    super(`At character ${at + 1}: expected ${expected}, found ${shown}${hint}`)
    this.position = at + 1
    this.expected = expected
    this.seen = shortened(seen)
    this.suggestion = suggestion
  }
}

const SEEN_MAX_CHARACTERS = 40

function shortened(text: string): string {
  const characters = [...text.toWellFormed()]
  if (characters.length <= SEEN_MAX_CHARACTERS) return characters.join('')
  return `${characters.slice(0, SEEN_MAX_CHARACTERS).join('')}…`
}
