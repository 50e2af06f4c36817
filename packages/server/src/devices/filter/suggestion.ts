/** The word somebody may have meant: the same but for capitals, or a slip or two away. */

const SLIPS_MAX_COUNT = 2
/** Beyond this no word of ours is near, and comparing would only take time. */
const WORD_MAX_CHARACTERS = 32

export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > WORD_MAX_CHARACTERS) return undefined
  const lower = word.toLowerCase()
  let best: { candidate: string; slips: number } | undefined
  for (const candidate of candidates) {
    const slips = slipsBetween(lower, candidate.toLowerCase())
    // Half of a short word wrong is another word.
    const isNear = slips <= Math.min(SLIPS_MAX_COUNT, Math.floor(candidate.length / 3))
    if (isNear && (best === undefined || slips < best.slips)) best = { candidate, slips }
  }
  return best?.candidate
}

/** Characters left out, added, exchanged or swapped with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let slips = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        slips = Math.min(slips, (beforeLast[column - 2] ?? 0) + 1)
      }
      current.push(slips)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
