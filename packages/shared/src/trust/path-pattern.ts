/**
 * PATHPATTERN of TUF 4.5: `*` and `?` as in glob(7), `[abc]`, `[a-z]` and `[!abc]` as python-tuf
 * reads them. None of them matches a `/`, so `security/*` covers no folder below it.
 */

export function matchesPattern(pattern: string, path: string): boolean {
  const patterns = pattern.split('/')
  const segments = path.split('/')
  return (
    patterns.length === segments.length &&
    patterns.every((part, i) => matchesSegment(partsOf(part), [...(segments[i] ?? '')]))
  )
}

/** Any number of characters, or a test that one character has to pass. */
type Part = '*' | ((character: string) => boolean)

/**
 * Only the last `*` is ever taken back, so the time is the product of both lengths at worst. A
 * regular expression made of someone else's pattern could take for ever.
 */
function matchesSegment(parts: readonly Part[], characters: readonly string[]): boolean {
  let at = 0
  let part = 0
  let star = -1
  let afterStar = 0
  while (at < characters.length) {
    const test = parts[part]
    if (test === '*') {
      star = part
      afterStar = at
      part += 1
    } else if (test?.(characters[at] ?? '')) {
      at += 1
      part += 1
    } else if (star >= 0) {
      afterStar += 1
      at = afterStar
      part = star + 1
    } else {
      return false
    }
  }
  return parts.slice(part).every((rest) => rest === '*')
}

function partsOf(pattern: string): Part[] {
  const characters = [...pattern]
  const parts: Part[] = []
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i] ?? ''
    // A `]` right after the opening stands for itself; without an end, `[` does.
    const start = characters[i + 1] === '!' ? i + 2 : i + 1
    const end = character === '[' ? characters.indexOf(']', start + 1) : -1
    if (character === '*') parts.push('*')
    else if (character === '?') parts.push(() => true)
    else if (end > 0) {
      parts.push(characterClass(characters.slice(start, end), start === i + 2))
      i = end
    } else parts.push((seen) => seen === character)
  }
  return parts
}

function characterClass(members: readonly string[], isNegated: boolean): Part {
  const ranges: [string, string][] = []
  for (let i = 0; i < members.length; i += 1) {
    const from = members[i] ?? ''
    const to = members[i + 2]
    if (members[i + 1] === '-' && to !== undefined) {
      ranges.push([from, to])
      i += 2
    } else ranges.push([from, from])
  }
  return (character) => ranges.some(([from, to]) => isBetween(from, character, to)) !== isNegated
}

function isBetween(from: string, character: string, to: string): boolean {
  const point = character.codePointAt(0) ?? 0
  return (from.codePointAt(0) ?? 0) <= point && point <= (to.codePointAt(0) ?? 0)
}
