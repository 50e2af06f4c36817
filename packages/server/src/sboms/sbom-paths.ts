/** Asks an SBOM for ways to components, in a thread of its own, one SBOM after the other. */
import type { PathStep } from '@fleetward/vulnerability'
import { ThreadLimitError, threadMessages } from '../threads/thread-messages.ts'
import { Turns } from '../threads/turns.ts'

/** As when it was uploaded (releases/read-sbom.ts). */
const LIMITS = { silenceMs: 120_000, memoryMib: 1024 }
const turns = new Turns()

export interface PathQuestion {
  readonly bytes: Uint8Array
  readonly refs: readonly string[]
}

export type PathAnswer =
  | {
      readonly isLast: true
      readonly paths: readonly { readonly ref: string; readonly steps: readonly PathStep[] }[]
    }
  | { readonly isLast: true; readonly trouble: string }

/**
 * HttpError 429 when too many wait already, or too many of this account. `read` begins when it is its turn: what waits
 * holds no memory. Undefined: it had nothing.
 */
export function pathsInSbom(
  read: () => Promise<PathQuestion | undefined>,
  account: string,
): Promise<PathAnswer | undefined> {
  const work = async () => {
    const question = await read()
    return question && asked(question)
  }
  return turns.holding(({ take }) => take(work), account)
}

async function asked(question: PathQuestion): Promise<PathAnswer> {
  const script = new URL('./path-thread.ts', import.meta.url)
  try {
    for await (const answer of threadMessages<PathAnswer>(script, question, LIMITS)) return answer
    throw new Error('an SBOM was asked for ways and did not answer')
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    return { isLast: true, trouble: error.message }
  }
}
