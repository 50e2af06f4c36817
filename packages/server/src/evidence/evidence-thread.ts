/** The thread of read-evidence.ts: reads a report of a kind that is read. */
import { workerData } from 'node:worker_threads'
import {
  EvidenceError,
  junitPassed,
  readJunit,
  readSarif,
  sarifPassed,
} from '@fleetward/vulnerability'
import { hand } from '../threads/thread-side.ts'
import type { EvidenceAnswer, EvidenceQuestion } from './read-evidence.ts'

await hand(answer(workerData as EvidenceQuestion))

function answer({ kind, bytes }: EvidenceQuestion): EvidenceAnswer {
  try {
    const [counts, isPassed] = kind === 'sarif' ? sarif(bytes) : junit(bytes)
    return { isLast: true, counts: { ...counts }, outcome: isPassed ? 'passed' : 'failed' }
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error
    return { isLast: true, trouble: error.message }
  }
}

function sarif(bytes: Uint8Array) {
  const counts = readSarif(bytes)
  return [counts, sarifPassed(counts)] as const
}

function junit(bytes: Uint8Array) {
  const counts = readJunit(bytes)
  return [counts, junitPassed(counts)] as const
}
