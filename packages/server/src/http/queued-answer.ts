/**
 * An answer for which much of the database is read: its account has some places in a work queue (threads/work-queue.ts), and
 * it is read after those before it. For whoever went away meanwhile nothing is read, so that a person who types does not fill
 * the places with what nobody waits for.
 */
import type { Request, Response } from 'express'
import type { WorkQueue } from '../threads/work-queue.ts'
import { permitOf } from './door/permit.ts'

/** As others say it; nobody reads it, but it counts as refused and not as broken. */
const CLIENT_CLOSED_REQUEST = 499

/** HttpError 429 when too many wait already, or too many of this account. `read` may look at the signal between its steps. */
export async function answerQueued(
  queue: WorkQueue,
  { request, response }: { readonly request: Request; readonly response: Response },
  read: (signal: AbortSignal) => Promise<object>,
): Promise<void> {
  const gone = new AbortController()
  const { signal } = gone
  const leave = () => gone.abort()
  response.once('close', leave)
  const work = () => {
    signal.throwIfAborted()
    return read(signal)
  }
  try {
    const answer = await queue.holding(
      ({ take }) => take(async () => work()),
      permitOf(request).actor.id,
    )
    response.json(answer)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    response.status(CLIENT_CLOSED_REQUEST).end()
  } finally {
    response.off('close', leave)
  }
}
