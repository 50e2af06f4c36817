/** The thread of compare-releases.ts: reads both SBOMs whole, and says what differs beside the fixes. */
import { workerData } from 'node:worker_threads'
import { onlyFixes, readSbom, SbomError } from '@fleetward/vulnerability'
import { hand } from '../threads/thread-side.ts'
import type { CompareAnswer, CompareQuestion } from './compare-releases.ts'

const OTHERS_MAX_COUNT = 100

await hand(await answer(workerData as CompareQuestion))

async function answer({ base, next, fixes }: CompareQuestion): Promise<CompareAnswer> {
  try {
    const [before, after] = [await readSbom(base), await readSbom(next)]
    const { others } = onlyFixes(
      before,
      after,
      fixes.map((component) => ({ component })),
    )
    const some = others.slice(0, OTHERS_MAX_COUNT)
    return { isLast: true, others: some, othersCount: others.length }
  } catch (error) {
    if (!(error instanceof SbomError)) throw error
    return { isLast: true, trouble: error.message }
  }
}
