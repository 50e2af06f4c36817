/** The times at which a rollout's curve has a point: evenly, and at what happened. Pure; seconds since 1970. */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Even points at the most, besides the first, the last, and what happened. */
const EVEN_MAX_COUNT = 150

/** People read these; while a rollout runs, the points that are there stay where they are. */
const STEPS_SECONDS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
]

/** Rising, each once, all between the two ends. */
export function curveTimes(
  from: number,
  to: number,
  moments: readonly { readonly at: number }[],
): readonly number[] {
  const step = stepFor(to - from)
  const evenly = Array.from(
    { length: Math.floor((to - from) / step) },
    (_, index) => from + (index + 1) * step,
  )
  const within = moments.map(({ at }) => at).filter((at) => at > from && at < to)
  return [...new Set([from, ...evenly, ...within, to])].sort((a, b) => a - b)
}

function stepFor(seconds: number): number {
  const least = seconds / EVEN_MAX_COUNT
  return STEPS_SECONDS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY
}
