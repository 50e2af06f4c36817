/** A measured figure, as a benchmark returns it and as the table shows it. */
export interface Figure {
  /** What was done, in words. */
  readonly what: string
  /** Median over the runs. */
  readonly median: number
  readonly unit: 'ms' | 's' | 'MiB' | 'KiB' | 'kB' | 'MiB/s' | 'per s' | 'nodes' | 'listeners'
  readonly runs: number
  /** The peer or the limit, measured in the same run. */
  readonly peer?: { readonly name: string; readonly median: number }
  /** What we want of `median / peer.median`, or of `median` when there is no peer: at most this. */
  readonly goal?: number
  /** Where less is better: the median itself is to be at most this, whatever the peer. */
  readonly atMost?: number
  /** Where more is better: the median itself is to be at least this. */
  readonly atLeast?: number
  /** Where more is better: `median / peer.median` is to be at least this. */
  readonly ratioAtLeast?: number
  readonly peakMemoryMiB?: number
  readonly cpuSeconds?: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) throw new Error('A median needs at least one value')
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Whether it is met, and the goal in words; undefined where none was set. */
export function goalOf(figure: Figure): string | undefined {
  const { median: value, goal, atMost, atLeast, ratioAtLeast } = figure
  const met = (isMet: boolean) => (isMet ? ' met' : ' **missed**')
  if (goal !== undefined) return `≤ ${goal}${met(judged(figure) <= goal)}`
  if (atMost !== undefined) return `median ≤ ${atMost}${met(value <= atMost)}`
  if (atLeast !== undefined) return `≥ ${atLeast}${met(value >= atLeast)}`
  if (ratioAtLeast === undefined) return undefined
  return `ratio ≥ ${ratioAtLeast}${met(judged(figure) >= ratioAtLeast)}`
}

/** What the goal is compared with: the ratio to the peer, or the figure itself. */
export function judged({ median: value, peer }: Figure): number {
  return peer === undefined ? value : value / peer.median
}
