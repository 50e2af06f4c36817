/** What the slowest of twenty askings takes. */
import type { Figure } from '../figure.ts'

const RUNS = 40
const WARM_UP_RUNS = 3

export async function p95(
  what: string,
  goal: number,
  ask: (run: number) => Promise<unknown>,
): Promise<Figure> {
  const tookMs: number[] = []
  for (let run = -WARM_UP_RUNS; run < RUNS; run += 1) {
    const startMs = performance.now()
    await ask(run + WARM_UP_RUNS)
    if (run >= 0) tookMs.push(performance.now() - startMs)
  }
  tookMs.sort((a, b) => a - b)
  const median = tookMs[Math.ceil(RUNS * 0.95) - 1] ?? Number.NaN
  const middle = (tookMs[RUNS / 2] ?? Number.NaN).toFixed(1)
  return {
    what: `1,000,000 devices, ${what}: p95 (median ${middle} ms)`,
    median,
    unit: 'ms',
    runs: RUNS,
    goal,
  }
}
