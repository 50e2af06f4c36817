/** Reads a report apart from the server's own thread, in which no device would be answered meanwhile. */
import { HttpError } from '../http/problem.ts'
import { type Trouble, threadAnswer } from '../threads/thread-answer.ts'
import type { Place } from '../threads/work-queue.ts'
import type { ReadEvidence } from './evidence.ts'

const THREAD = new URL('./evidence-thread.ts', import.meta.url)
const LIMITS = { silenceMs: 60_000, memoryMib: 1024 }

export interface EvidenceQuestion {
  readonly kind: 'sarif' | 'junit'
  readonly bytes: Uint8Array
}

export type EvidenceAnswer = (ReadEvidence & { readonly isLast: true }) | Trouble

/** HttpError 422 when it is none of its kind. */
export async function readEvidence(
  question: EvidenceQuestion,
  place: Place,
): Promise<ReadEvidence> {
  const answer = await place.take(() => threadAnswer<EvidenceAnswer>(THREAD, question, LIMITS))
  if (!('trouble' in answer)) return { outcome: answer.outcome, counts: answer.counts }
  throw new HttpError(422, 'EVIDENCE_INVALID', answer.trouble.slice(0, 1000))
}
