/** What the whole story needs of a machine: server and five devices. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { processesOf, startStory } from '../support/story-run.ts'

const MIB = 1024
const LOOK_EVERY_MS = 100
const LIMIT_MIB = 1024
/** The server, and an agent for each of five devices. */
const PROCESSES_MIN = 6

test('16 GB for a demo (Mender): the server and five devices need less than 1 GiB together, at any moment of the story', {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-memory-'))
  const story = startStory(folder)
  let [most, mostProcesses] = [0, 0]
  const looking = setInterval(() => {
    // The story's own process names the folder too.
    const resident = processesOf(folder).map(residentKib)
    most = Math.max(most, resident.reduce((sum, kib) => sum + kib, 0) / MIB)
    mostProcesses = Math.max(mostProcesses, resident.length - 1)
  }, LOOK_EVERY_MS)
  try {
    const { status, output } = await story.end
    assert.equal(status, 0, output)
    assert.ok(mostProcesses >= PROCESSES_MIN, `${mostProcesses} processes were seen`)
    assert.ok(most > 0 && most < LIMIT_MIB, `${Math.round(most)} MiB`)
  } finally {
    clearInterval(looking)
    story.child.kill('SIGKILL')
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
})

/** Pss of smaps_rollup in proc_pid_smaps(5): what several processes share is counted once. 0 once it has ended. Linux. */
function residentKib(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0)
  } catch {
    return 0
  }
}
