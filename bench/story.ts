/** `npm start` on an installed repository: how long to the first updated device, how much memory then. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptProcesses, startStory } from '../test/end-to-end/support/story-run.ts'
import { type Figure, median } from './figure.ts'

const RUNS = 5
const FIRST_UPDATED = /G1-\d+ {2}1\.4\.3 {2}idle/

export async function storyBench(): Promise<Figure[]> {
  const seconds: number[] = []
  const whole: number[] = []
  const server: number[] = []
  const agents: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const measured = await measureOnce()
    seconds.push(measured.firstUpdatedSeconds)
    whole.push(measured.wholeSeconds)
    server.push(measured.serverMiB)
    agents.push(measured.agentMiB)
  }
  return [
    {
      what: 'npm start to the first updated device',
      median: median(seconds),
      unit: 's',
      runs: RUNS,
      goal: 60,
    },
    {
      what: 'npm start to the end of the story',
      median: median(whole),
      unit: 's',
      runs: RUNS,
      goal: 60,
    },
    { what: 'resident memory of the server then', median: median(server), unit: 'MiB', runs: RUNS },
    { what: 'resident memory of an agent then', median: median(agents), unit: 'MiB', runs: RUNS },
  ]
}

async function measureOnce() {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-bench-'))
  const startedMs = performance.now()
  const firstUpdated = Promise.withResolvers<void>()
  const story = startStory(folder, (output) => {
    if (FIRST_UPDATED.test(output)) firstUpdated.resolve()
  })
  try {
    await Promise.race([firstUpdated.promise, story.end])
    const firstUpdatedSeconds = (performance.now() - startedMs) / 1000
    const processes = keptProcesses(folder)
    const memoryOf = async (name: string) =>
      residentMiB(processes.find((process) => process.name === name)?.pid ?? 0)
    const [serverMiB, agentMiB] = [await memoryOf('server.json'), await memoryOf('G1-0001.json')]
    const { status, output } = await story.end
    if (status !== 0) throw new Error(`The story did not come out right:\n${output}`)
    return {
      firstUpdatedSeconds,
      wholeSeconds: (performance.now() - startedMs) / 1000,
      serverMiB,
      agentMiB,
    }
  } finally {
    story.child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

/** VmRSS of proc_pid_status(5), which counts in KiB. Linux. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
  if (kib === undefined) throw new Error(`Process ${pid} has no resident memory to read`)
  return Number(kib) / 1024
}
