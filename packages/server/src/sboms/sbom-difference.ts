/** Compares the SBOMs of two releases in a thread of its own, one pair after the other. */
import type { Change } from '@fleetward/vulnerability'
import { type Trouble, threadAnswer } from '../threads/thread-answer.ts'
import { WorkQueue } from '../threads/work-queue.ts'

const queue = new WorkQueue()
const THREAD = new URL('./difference-thread.ts', import.meta.url)
/** As when SBOMs are uploaded (releases/read-sbom.ts); here are two. */
const LIMITS = { silenceMs: 240_000, memoryMib: 1024 }

export interface DifferenceQuestion {
  readonly base: Uint8Array
  readonly next: Uint8Array
}

interface Named {
  readonly name: string
  readonly version: string | undefined
  readonly purl: string | undefined
}

export type DifferenceAnswer =
  | {
      readonly isLast: true
      readonly added: readonly Named[]
      readonly removed: readonly Named[]
      readonly changed: readonly (Omit<Named, 'version'> &
        Pick<Change, 'direction' | 'isMajor'> & {
          readonly from: string | undefined
          readonly to: string | undefined
        })[]
      readonly counts: Readonly<
        Record<'added' | 'removed' | 'changed' | 'unchanged' | 'components', number>
      >
    }
  | Trouble

/**
 * HttpError 429 when too many wait already, or too many of this account. `read` begins when those before are done: what
 * waits holds no memory. Undefined: it had nothing.
 */
export function differenceOfSboms(
  read: () => Promise<DifferenceQuestion | undefined>,
  account: string,
): Promise<DifferenceAnswer | undefined> {
  const work = async () => {
    const question = await read()
    return question && threadAnswer<DifferenceAnswer>(THREAD, question, LIMITS)
  }
  return queue.holding(({ take }) => take(work), account)
}
