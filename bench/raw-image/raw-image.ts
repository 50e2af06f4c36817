/**
 * An image into a slot that held another one, by the agent's `raw-image` installer against `rauc install`
 * and `swupdate`, with the same image on the same disk in the same run. The agent verifies what it
 * writes, syncs it and reads all of it back from the disk; RAUC verifies and syncs; SWUpdate verifies.
 * Of the agent and of RAUC's service their start is not counted; of SWUpdate it is, with the second that it
 * mostly waits before it ends.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zstdCompressSync } from 'node:zlib'
import type { Release } from '@fleetward/shared'
import { type Figure, median } from '../figure.ts'
import type { ImageJob, InstallationCost } from './raw-image-agent.ts'
import { makeSigner, missingForPeers, type Peer, rauc, swupdate } from './raw-image-peers.ts'

const MIB = 1024 * 1024
const SIZE_MIB = 256
const RUNS = 7
const PEAK_MEMORY_GOAL_MIB = 130
const CPU_GOAL = 1.5
const CONTENTS = { random: () => false, 'half zeros': (index: number) => index % 4 >= 2 }

const WORK = fileURLToPath(new URL('../.work/raw-image/', import.meta.url))
const AGENT = fileURLToPath(new URL('raw-image-agent.ts', import.meta.url))

export async function rawImageBench(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [content, isZero] of Object.entries(CONTENTS)) {
    rmSync(WORK, { recursive: true, force: true })
    mkdirSync(WORK, { recursive: true })
    try {
      figures.push(...(await compare(content, isZero)))
      if (content === 'half zeros') figures.push(compressedMemory(isZero))
    } finally {
      rmSync(WORK, { recursive: true, force: true })
    }
  }
  return figures
}

async function compare(content: string, isZero: (index: number) => boolean) {
  const { job, image } = makeJob(isZero)
  const peers = await startPeers(image)
  const own: InstallationCost[] = []
  const costs = peers.map((): InstallationCost[] => [])
  try {
    for (let run = -1; run < RUNS; run += 1) {
      const cost = settled(() => installByAgent(job))
      const theirs = peers.map((peer) => settled(() => peer.install()))
      if (run < 0) continue // The first of each warms up the caches.
      own.push(cost)
      for (const [index, their] of theirs.entries()) costs[index]?.push(their)
    }
  } finally {
    for (const peer of peers) peer.end()
  }
  const what = `${SIZE_MIB} MiB image, ${content}, verified, written, synced, read back`
  const wall = figureOf(what, own)
  const peak = Math.max(...own.map(({ peakMemoryMiB }) => peakMemoryMiB))
  const memory: Figure = {
    ...{ what: `${SIZE_MIB} MiB image, ${content}: peak memory, highest of all runs`, unit: 'MiB' },
    ...{ median: peak, runs: RUNS, goal: PEAK_MEMORY_GOAL_MIB },
  }
  if (peers.length === 0) return [wall, memory]
  // The goal is for the faster of the two installers; what a sync behind SWUpdate adds is good to know.
  const walls = costs.map((each) => median(each.map(({ ms }) => ms)))
  const cpus = costs.map((each) => median(each.map(({ cpuSeconds }) => cpuSeconds)))
  const compared = peers.flatMap(({ name }, index): Figure[] => {
    const faster = Math.min(...walls.slice(0, 2))
    const goal = walls[index] === faster ? { goal: 1 } : {}
    const cpuGoal = walls[index] === faster ? { goal: CPU_GOAL } : {}
    const peak = Math.max(...(costs[index] ?? []).map(({ peakMemoryMiB }) => peakMemoryMiB))
    const time = { ...wall, peer: { name, median: walls[index] ?? Number.NaN }, ...goal }
    if (index >= 2) return [time]
    return [
      time,
      {
        what: `${SIZE_MIB} MiB image, ${content}: CPU (${name.split(',')[0]} takes ${Math.round(peak)} MiB)`,
        ...{ median: wall.cpuSeconds ?? Number.NaN, unit: 's', runs: RUNS },
        ...{ peer: { name, median: cpus[index] ?? Number.NaN }, ...cpuGoal },
      },
    ]
  })
  return [...compared, memory]
}

/** Decompressed on the way: the history of the compression is memory too. */
function compressedMemory(isZero: (index: number) => boolean): Figure {
  const { job, image } = makeJob(isZero)
  const bytes = zstdCompressSync(readFileSync(image))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(join(WORK, `${sha256}.artifact`), bytes)
  const release = { ...job.release, format: 'raw.zst', length: bytes.length, sha256 }
  const costs = Array.from({ length: RUNS }, () => installByAgent({ ...job, release }))
  return {
    ...{ what: `${SIZE_MIB} MiB image in raw.zst: peak memory, highest of all runs`, unit: 'MiB' },
    median: Math.max(...costs.map(({ peakMemoryMiB }) => peakMemoryMiB)),
    ...{ runs: RUNS, goal: PEAK_MEMORY_GOAL_MIB },
  }
}

function figureOf(what: string, costs: readonly InstallationCost[]): Figure {
  return {
    ...{ what, unit: 'ms', runs: RUNS },
    median: median(costs.map(({ ms }) => ms)),
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryMiB: Math.max(...costs.map(({ peakMemoryMiB }) => peakMemoryMiB)),
  }
}

async function startPeers(image: string): Promise<readonly Peer[]> {
  const missing = missingForPeers()
  if (missing !== undefined) {
    process.stdout.write(`no comparison with rauc and swupdate: ${missing}\n`)
    return []
  }
  makeSigner(WORK)
  return [await rauc(WORK, image), swupdate(WORK, image, false), swupdate(WORK, image, true)]
}

function installByAgent(job: ImageJob): InstallationCost {
  const output = execFileSync(process.execPath, [AGENT], {
    input: JSON.stringify(job),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return JSON.parse(output.toString()) as InstallationCost
}

/** What the run before left to be written must not be written during this one. */
function settled(measure: () => InstallationCost): InstallationCost {
  spawnSync('sync')
  return measure()
}

function makeJob(isZero: (index: number) => boolean): { job: ImageJob; image: string } {
  const image = join(WORK, 'rootfs.img')
  const file = openSync(image, 'w')
  const whole = createHash('sha256')
  for (let index = 0; index < SIZE_MIB; index += 1) {
    const block = isZero(index) ? Buffer.alloc(MIB) : randomBytes(MIB)
    writeSync(file, block)
    whole.update(block)
  }
  closeSync(file)
  const sha256 = whole.digest('hex')
  linkSync(image, join(WORK, `${sha256}.artifact`))
  const slots = { A: join(WORK, 'a.img'), B: join(WORK, 'b.img') }
  for (const slot of Object.values(slots)) writeFileSync(slot, Buffer.alloc(SIZE_MIB * MIB, 0xa5))
  const release = {
    ...{ path: 'security/1.4.3/bench.img', version: '1.4.3', securityCounter: 2 },
    ...{ installer: 'raw-image', format: 'raw', sha256 },
    ...{ length: SIZE_MIB * MIB, installedSize: SIZE_MIB * MIB },
  } as Release
  return { job: { folder: WORK, slots, release } as ImageJob, image }
}
