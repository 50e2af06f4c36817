/** One installation of an image by the agent's own installer, in a process of its own. */
import { existsSync, readFileSync } from 'node:fs'
import type { VerifiedRelease } from '@fleetward/shared'
import { RawImageInstaller } from '../../packages/agent/src/installers/raw-image/raw-image-installer.ts'

export interface ImageJob {
  /** With the artifact under the name of its digest, and the slots beside it. */
  readonly folder: string
  readonly slots: { readonly A: string; readonly B: string }
  readonly release: VerifiedRelease
}

export interface InstallationCost {
  readonly ms: number
  readonly peakMemoryMiB: number
  readonly cpuSeconds: number
}

const job = JSON.parse(readFileSync(0, 'utf8')) as ImageJob
const installer = new RawImageInstaller({
  slotsFolder: `${job.folder}/slots`,
  downloadFolder: job.folder,
  places: {
    A: { path: job.slots.A, type: 'file' },
    B: { path: job.slots.B, type: 'file' },
  },
  selfTest: ['/bin/true'],
  forbid: async () => {},
  log: { write: () => {} },
})

const before = process.resourceUsage()
const startMs = performance.now()
await installer.write(job.release, 'B', { signal: new AbortController().signal })
const ms = performance.now() - startMs

const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuMicroseconds = userCPUTime + systemCPUTime - before.userCPUTime - before.systemCPUTime
const cost: InstallationCost = {
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
