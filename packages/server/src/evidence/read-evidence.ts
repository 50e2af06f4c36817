/** Reads a report apart from the server's own thread, in which no device would be answered meanwhile. */
import { HttpError } from '../http/problem.ts'
import { ThreadLimitError, threadMessages } from '../threads/thread-messages.ts'
import type { Place } from '../threads/turns.ts'
import type { ReadEvidence } from './evidence.ts'

const LIMITS = { silenceMs: 60_000, memoryMib: 1024 }

export interface EvidenceQuestion {
  readonly kind: 'sarif' | 'junit'
  readonly bytes: Uint8Array
}

export type EvidenceAnswer =
  | (ReadEvidence & { readonly isLast: true })
  | { readonly isLast: true; readonly trouble: string }

/** HttpError 422 when it is none of its kind. */
export async function readEvidence(
  question: EvidenceQuestion,
  place: Place,
): Promise<ReadEvidence> {
  const answer = await place.take(() => answerTo(question))
  if (!('trouble' in answer)) return { outcome: answer.outcome, counts: answer.counts }
  throw new HttpError(422, 'EVIDENCE_INVALID', answer.trouble.slice(0, 1000))
}

async function answerTo(question: EvidenceQuestion): Promise<EvidenceAnswer> {
  const script = new URL('./evidence-thread.ts', import.meta.url)
  try {
    for await (const answer of threadMessages<EvidenceAnswer>(script, question, LIMITS)) {
      return answer
    }
    throw new Error('a report was read without an answer')
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    return { isLast: true, trouble: error.message }
  }
}
