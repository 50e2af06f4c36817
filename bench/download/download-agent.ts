/** One download by the agent's own transfer, in a process of its own. Reads its job, prints what it took. */
import { existsSync, readFileSync } from 'node:fs'
import type { VerifiedRelease } from '@fleetward/shared'
import { HttpsClient } from '../../packages/agent/src/connection/https-client.ts'
import { HttpsTransfer } from '../../packages/agent/src/transfer/https-transfer.ts'

export interface DownloadJob {
  readonly server: string
  readonly ca: string
  readonly folder: string
  readonly release: VerifiedRelease
  readonly chunkListPath: string
}

export interface DownloadCost {
  readonly ms: number
  readonly peakMemoryMiB: number
  readonly cpuSeconds: number
}

const job = JSON.parse(readFileSync(0, 'utf8')) as DownloadJob
const client = new HttpsClient({ ca: job.ca })
const transfer = new HttpsTransfer({
  client,
  server: job.server,
  folder: job.folder,
  fetchTarget: async () => readFileSync(job.chunkListPath),
})

const before = process.resourceUsage()
const startMs = performance.now()
await transfer.fetch(job.release, { signal: new AbortController().signal, onProgress: () => {} })
const ms = performance.now() - startMs
client.close()

const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuMicroseconds = userCPUTime + systemCPUTime - before.userCPUTime - before.systemCPUTime
const cost: DownloadCost = {
  ms,
  peakMemoryMiB: Math.round(peakMemoryKiB() / 1024),
  cpuSeconds: cpuMicroseconds / 1e6,
}
process.stdout.write(JSON.stringify(cost))

/** Linux counts the parent's memory into a child's maxRSS (getrusage(2) across fork and exec): not here. */
function peakMemoryKiB(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak)
}
