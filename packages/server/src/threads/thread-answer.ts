/** One question to a worker thread, and its one answer. That it took too long or too much memory is an answer, too. */
import { ThreadLimitError, type ThreadLimits, threadMessages } from './thread-messages.ts'

/** Why there is no other answer: what was asked about is no SBOM or no report, or was too much. */
export interface Trouble {
  readonly isLast: true
  readonly trouble: string
}

export async function threadAnswer<Answer extends { readonly isLast: true }>(
  script: URL,
  question: unknown,
  limits: ThreadLimits,
): Promise<Answer | Trouble> {
  try {
    for await (const answer of threadMessages<Answer>(script, question, limits)) return answer
    throw new Error(`${script.pathname} ended without an answer`)
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    return { isLast: true, trouble: error.message }
  }
}
