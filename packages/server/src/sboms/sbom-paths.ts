/** Asks an SBOM for ways to components, in a thread of its own, one SBOM after the other. */
import type { PathStep } from '@fleetward/vulnerability'
import { type Trouble, threadAnswer } from '../threads/thread-answer.ts'
import { WorkQueue } from '../threads/work-queue.ts'

const THREAD = new URL('./path-thread.ts', import.meta.url)
/** As when it was uploaded (releases/read-sbom.ts). */
const LIMITS = { silenceMs: 120_000, memoryMib: 1024 }
const queue = new WorkQueue()

export interface PathQuestion {
  readonly bytes: Uint8Array
  readonly refs: readonly string[]
}

export type PathAnswer =
  | {
      readonly isLast: true
      readonly paths: readonly { readonly ref: string; readonly steps: readonly PathStep[] }[]
    }
  | Trouble

/**
 * HttpError 429 when too many wait already, or too many of this account. `read` begins when those before are done: what
 * waits holds no memory. Undefined: it had nothing.
 */
export function pathsInSbom(
  read: () => Promise<PathQuestion | undefined>,
  account: string,
): Promise<PathAnswer | undefined> {
  const work = async () => {
    const question = await read()
    return question && threadAnswer<PathAnswer>(THREAD, question, LIMITS)
  }
  return queue.holding(({ take }) => take(work), account)
}
