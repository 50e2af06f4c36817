/** The thread of sbom-paths.ts: reads an SBOM whole, and says by what way each of these components is in it. */
import { workerData } from 'node:worker_threads'
import { pathsTo, readSbom, SbomError } from '@fleetward/vulnerability'
import { hand } from '../threads/thread-side.ts'
import type { PathAnswer, PathQuestion } from './sbom-paths.ts'

await hand(await answer(workerData as PathQuestion))

async function answer({ bytes, refs }: PathQuestion): Promise<PathAnswer> {
  try {
    const found = pathsTo(await readSbom(bytes), refs)
    return { isLast: true, paths: refs.map((ref, at) => ({ ref, steps: found[at] ?? [] })) }
  } catch (error) {
    if (!(error instanceof SbomError)) throw error
    return { isLast: true, trouble: error.message }
  }
}
