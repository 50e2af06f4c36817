/** What every public page does when it cannot be shown: the log, and what the answer's head says; the page's words follow. */
import type { Logger } from 'pino'
import { logFailure, type Problem, problemOf, RETRY_AFTER_SECONDS } from '../http/problem.ts'
import type { Exchange } from '../http/routing.ts'

/** Undefined for who went away: there is nobody to tell. */
export function whatWentWrong(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  error: unknown,
  log: Logger,
): Problem | undefined {
  if (request.socket.destroyed) return undefined
  const problem = problemOf(error)
  logFailure(log, problem, error, request.method)
  const { waitSeconds } = problem.facts ?? {}
  // What did not come in time may still come, and would be taken for the next request.
  if (problem.status === 408) response.setHeader('Connection', 'close')
  if (waitSeconds !== undefined) response.setHeader('Retry-After', String(waitSeconds))
  if (problem.code === 'DATABASE_AWAY') response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
  return problem
}
