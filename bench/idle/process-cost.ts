/** What running processes cost, as Linux counts it: proc(5). */
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessCost {
  /** All pages in memory, shared ones in full: what one process alone on a device takes. */
  readonly rssMiB: number
  /** Shared pages divided by those who share them: what several processes take together. */
  readonly pssMiB: number
  /** Of all threads that live, to the nanosecond. */
  readonly cpuSeconds: number
}

export function costOf(pids: readonly number[]): ProcessCost {
  const costs = pids.map(costOfOne)
  const sum = (what: keyof ProcessCost) => costs.reduce((all, cost) => all + cost[what], 0)
  return { rssMiB: sum('rssMiB'), pssMiB: sum('pssMiB'), cpuSeconds: sum('cpuSeconds') }
}

function costOfOne(pid: number): ProcessCost {
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(memory)?.[1]) / 1024
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    return Number(onCpu)
  })
  return {
    rssMiB: mib('Rss'),
    pssMiB: mib('Pss'),
    cpuSeconds: nanoseconds.reduce((all, ns) => all + ns, 0) / 1e9,
  }
}

/** The process and all that it started, and they. */
export function withChildren(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  )
  return [pid, ...children.flatMap(withChildren)]
}
