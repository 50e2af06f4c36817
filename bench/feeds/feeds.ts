/**
 * What it takes to know what is in the field: OSV's records of npm imported, and five hundred releases matched with
 * them. Each in a process of its own, so that its highest memory is its own; on SQLite, as a server has it.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Figure, median } from '../figure.ts'
import { RECORDS_COUNT } from './npm-feed.ts'
import type { ProductsShape } from './products.ts'

const RUNS = 3
/** Ours: issue 5. */
const IMPORT_GOAL_SECONDS = 60
const IMPORT_GOAL_MIB = 300
const MATCH_GOAL_SECONDS = 30

const SHAPES: Readonly<Record<string, ProductsShape>> = {
  'as products are': { products: 25, releases: 20, components: 800, changed: 5 },
  'no two components alike': { products: 25, releases: 20, components: 800, changed: 100 },
}

interface WorkDone {
  readonly seconds: number
  /** All threads, of the work alone. */
  readonly cpuSeconds: number
  readonly peakMemoryMiB: number
  readonly counts: Readonly<Record<string, number>>
}

export async function feedsBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-feeds-'))
  const file = (name: string) => join(folder, name)
  const removeDatabase = async () => {
    for (const end of ['', '-wal', '-shm']) await rm(file(`fleetward.db${end}`), { force: true })
  }
  try {
    await work('write', folder)
    await removeDatabase()
    const imports: WorkDone[] = []
    for (let run = 0; run < RUNS; run += 1) {
      await removeDatabase()
      imports.push(await work('import', folder))
    }
    const seconds = median(imports.map((one) => one.seconds))
    const peakMemoryMiB = Math.max(...imports.map((one) => one.peakMemoryMiB))
    const what = `${RECORDS_COUNT} records of OSV's npm imported from all.zip, SQLite`
    const figures: Figure[] = [
      {
        ...{
          what,
          median: seconds,
          unit: 's',
          runs: RUNS,
          goal: IMPORT_GOAL_SECONDS,
          peakMemoryMiB,
        },
        cpuSeconds: median(imports.map((one) => one.cpuSeconds)),
      },
      {
        ...{
          what: `${what}: peak memory, highest of all runs`,
          median: peakMemoryMiB,
          unit: 'MiB',
        },
        ...{ runs: RUNS, goal: IMPORT_GOAL_MIB },
      },
    ]
    await copyFile(file('fleetward.db'), file('imported.db'))
    for (const [how, shape] of Object.entries(SHAPES)) {
      await copyFile(file('imported.db'), file('fleetward.db'))
      const { counts: invented } = await work('invent', folder, JSON.stringify(shape))
      await copyFile(file('fleetward.db'), file('invented.db'))
      const matches: WorkDone[] = []
      for (let run = 0; run < RUNS; run += 1) {
        await copyFile(file('invented.db'), file('fleetward.db'))
        matches.push(await work('match', folder))
      }
      const { counts } = matches[0] as WorkDone
      figures.push({
        what: `${invented.sboms} SBOMs of ${shape.components} components matched with them, ${how} (${invented.distinct} different ones, ${counts.sightings} places with a known hole), SQLite`,
        ...{ median: median(matches.map((one) => one.seconds)), unit: 's', runs: RUNS },
        goal: MATCH_GOAL_SECONDS,
        peakMemoryMiB: Math.max(...matches.map((one) => one.peakMemoryMiB)),
        cpuSeconds: median(matches.map((one) => one.cpuSeconds)),
      })
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function work(...task: readonly string[]): Promise<WorkDone> {
  const script = join(import.meta.dirname, 'feed-work.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...task])
  return JSON.parse(stdout) as WorkDone
}
