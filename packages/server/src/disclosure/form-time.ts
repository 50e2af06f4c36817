/** Few forms are read at a time: who sends a byte a minute would keep the others out. */
import { HttpError } from '../http/problem.ts'

/** A form of 256 KiB by any line that a person has. */
const FORM_LIMIT_MS = 10_000

/** What of the body comes later is for nobody; its connection is closed by the answer. */
export async function inTime<Result>(
  reading: Promise<Result>,
  limitMs = FORM_LIMIT_MS,
): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new HttpError(408, 'BODY_TOO_SLOW', 'The form did not arrive in time; send it again'))
  }, limitMs)
  reading.catch(() => {})
  try {
    return await Promise.race([reading, late])
  } finally {
    clearTimeout(timer)
  }
}
