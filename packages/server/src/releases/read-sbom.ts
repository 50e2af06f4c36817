/**
 * Reads an SBOM apart from the server's own thread: a large one takes seconds, in which no device would be answered.
 * The thread ends with the reading, and is ended when that takes too long or too much memory.
 */
import { Worker } from 'node:worker_threads'
import type { SbomCode } from '@fleetward/vulnerability'
import { HttpError } from '../http/problem.ts'

const TIME_LIMIT_MS = 120_000
const MEMORY_LIMIT_MIB = 1024

/** What the reading ends with; nothing else comes out of that thread. */
export type SbomReading =
  | { readonly about: SbomSummary }
  | {
      readonly refused: { readonly code: SbomCode; readonly message: string; readonly next: string }
    }

export interface SbomSummary {
  readonly format: 'CycloneDX' | 'SPDX'
  readonly formatVersion: string
  readonly componentsCount: number
}

/** HttpError 422 when it is none that docs/sbom.md describes. The bytes are left as they are. */
export async function requireSbom(bytes: Uint8Array): Promise<SbomSummary> {
  const reading = await readApart(bytes)
  if ('about' in reading) return reading.about
  const { code, message, next } = reading.refused
  throw new HttpError(422, 'SBOM_INVALID', `${message}. ${next}`, { facts: { reason: code } })
}

async function readApart(bytes: Uint8Array): Promise<SbomReading> {
  const { promise, resolve, reject } = Promise.withResolvers<SbomReading>()
  const worker = new Worker(new URL('./sbom-thread.ts', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB },
  })
  const tooLong = setTimeout(() => void worker.terminate(), TIME_LIMIT_MS)
  worker.once('message', resolve)
  worker.once('error', (cause) => reject(tooMuch(cause)))
  worker.once('exit', () => reject(tooMuch()))
  try {
    return await promise
  } finally {
    clearTimeout(tooLong)
    await worker.terminate()
  }
}

function tooMuch(cause?: unknown): HttpError {
  return new HttpError(
    422,
    'SBOM_INVALID',
    `The SBOM could not be read within ${TIME_LIMIT_MS / 1000} seconds and ${MEMORY_LIMIT_MIB} MiB. Make one with fewer files in it.`,
    { cause },
  )
}
