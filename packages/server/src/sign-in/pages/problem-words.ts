/** A refusal in the words of whoever reads it. */
import { problemOf } from '../../http/problem.ts'
import type { ShownProblem } from './layout.ts'
import type { Say } from './say.ts'

export function shownProblem(say: Say, error: unknown): ShownProblem {
  const { code, title, facts = {} } = problemOf(error)
  const values = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, String(value)]),
  )
  const sentence = say.problem(`${code}.${values.reason}`) ?? say.problem(code) ?? title
  const filled = sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  return { sentences: [filled, ...waiting(say, facts.waitSeconds)], code }
}

/** By a code alone, which came in an address and is only believed as far as there are words for it. */
export function problemByCode(say: Say, code: string): ShownProblem | undefined {
  const sentence = say.problem(code)
  return sentence === undefined ? undefined : { sentences: [sentence], code }
}

function waiting(say: Say, seconds: unknown): readonly string[] {
  if (typeof seconds !== 'number') return []
  return seconds < 90
    ? [say('error.waitSeconds', { count: seconds })]
    : [say('error.waitMinutes', { count: Math.ceil(seconds / 60) })]
}
