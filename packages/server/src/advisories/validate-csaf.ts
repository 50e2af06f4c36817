/**
 * Judges CSAF documents apart from the server's own thread, one after the other: within a document the validator cannot
 * be interrupted, and no device would be answered meanwhile. Its tests take seconds to load, so the threads stay.
 */
import { type CsafDepth, type CsafJudgement, judgementOfCsaf } from '@fleetward/vulnerability'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import { ThreadLimitError } from '../threads/thread-messages.ts'
import { WarmThread } from '../threads/warm-thread.ts'
import { WorkQueue } from '../threads/work-queue.ts'

export interface CsafQuestion {
  readonly text: string
  readonly depth: CsafDepth
}

const LIMITS = { silenceMs: 120_000, memoryMib: 512 }

/** Two lines, so that who only looks keeps nobody from publishing. */
const [looking, publishing] = [line(), line()]

function line() {
  const script = new URL('./csaf-thread.ts', import.meta.url)
  return {
    queue: new WorkQueue(),
    thread: new WarmThread<CsafQuestion, CsafJudgement>(script, LIMITS),
  }
}

const TOLD_MAX_COUNT = 5
const TOLD_MAX_CHARACTERS = 1_000

/** HttpError 429 when too many wait already, or too many of this account. */
export function judgeDocument(text: string, account: string): Promise<CsafJudgement> {
  const { queue, thread } = looking
  return queue.holding(({ take }) => take(() => judged(thread, { text, depth: 'all' })), account)
}

/** HttpError 422 when the validator finds errors: who is called a trusted provider publishes nothing invalid. */
export async function requireValid(text: string, actor: Actor): Promise<void> {
  const errors = await errorsIn(text, actor)
  if (errors === undefined) return
  const { count, first } = errors
  throw new HttpError(422, 'ADVISORY_INVALID', `It is no valid CSAF document: ${first}`, {
    facts: { errors: count, first },
  })
}

export interface CsafErrors {
  readonly count: number
  /** The first of them in words. */
  readonly first: string
  /** Where in the document the first of them are. */
  readonly pointers: readonly string[]
}

/** Of what somebody wants to publish; undefined: it is valid. */
export async function errorsIn(text: string, { kind, id }: Actor): Promise<CsafErrors | undefined> {
  const { queue, thread } = publishing
  const work = () => judged(thread, { text, depth: 'rules' })
  const { isValid, messages, counts } = await (kind === 'system'
    ? queue.takeBeside(work)
    : queue.holding(({ take }) => take(work), id))
  if (isValid) return undefined
  const told = messages.filter(({ severity }) => severity === 'error').slice(0, TOLD_MAX_COUNT)
  const first = told
    .map((one) => `${one.test}${one.pointer && ` at ${one.pointer}`}: ${one.text}`)
    .join('; ')
    .slice(0, TOLD_MAX_CHARACTERS)
  return { count: counts.error, first, pointers: told.map(({ pointer }) => pointer) }
}

async function judged(
  thread: WarmThread<CsafQuestion, CsafJudgement>,
  question: CsafQuestion,
): Promise<CsafJudgement> {
  try {
    return await thread.ask(question)
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    // What could not be judged is not called valid.
    const text = `The validator could not judge it. ${error.message}`
    return judgementOfCsaf([{ severity: 'error', test: 'validator', pointer: '', text }])
  }
}
