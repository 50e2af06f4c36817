/** Why something did not get to its address, or from it, in the language of the page; undefined: the server's sentence stands. */
import { sayIfKnown } from './say.tsx'
import { toldWords } from './told.ts'

export function troubleWords(
  code: string,
  facts: Readonly<Record<string, unknown>> = {},
): string | undefined {
  const { reason } = facts
  // Of a feed that was refused, what is wrong with it.
  const because = typeof reason === 'string' ? toldWords('troubles', reason, facts) : undefined
  return because ?? toldWords('troubles', code, facts) ?? toldWords('refusals', code, facts)
}

/** Of a webhook the server says a code alone. Undefined where it said none. */
export function deliveryWords(error: string | undefined, status?: number): string | undefined {
  return error && (sayIfKnown('troubles', error, status === undefined ? {} : { status }) ?? error)
}
