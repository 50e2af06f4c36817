/** The thread of sbom-difference.ts: reads both SBOMs whole, and says what came, went and changed. */
import { workerData } from 'node:worker_threads'
import { type Component, compareSboms, readSbom, SbomError } from '@fleetward/vulnerability'
import { hand } from '../threads/thread-side.ts'
import type { DifferenceAnswer, DifferenceQuestion } from './sbom-difference.ts'

const LISTED_MAX_COUNT = 500

await hand(await answer(workerData as DifferenceQuestion))

async function answer({ base, next }: DifferenceQuestion): Promise<DifferenceAnswer> {
  try {
    const [before, after] = [await readSbom(base), await readSbom(next)]
    const { added, removed, changed, unchangedCount } = compareSboms(before, after)
    return {
      ...{ isLast: true, added: added.slice(0, LISTED_MAX_COUNT).map(named) },
      removed: removed.slice(0, LISTED_MAX_COUNT).map(named),
      changed: changed
        .slice(0, LISTED_MAX_COUNT)
        .map(({ base: old, next: now, direction, isMajor }) => ({
          ...{ name: now.name, purl: now.purl, from: old.version, to: now.version },
          ...{ direction, isMajor },
        })),
      counts: {
        ...{ added: added.length, removed: removed.length, changed: changed.length },
        ...{ unchanged: unchangedCount, components: after.components.length },
      },
    }
  } catch (error) {
    if (!(error instanceof SbomError)) throw error
    return { isLast: true, trouble: error.message }
  }
}

function named({ name, version, purl }: Component) {
  return { name, version, purl }
}
