/** What the server said no with, for a person: the sentence, what was seen, and the next step. */

import { plain } from '../plain.ts'
import { Refusal } from '../refusal.ts'
import { NEXT_STEPS } from './next-steps.ts'

/** What the server said in its problem details (RFC 9457); it is shown, nothing is decided by it. */
export function refusedBy(status: number, answer: unknown): Refusal {
  const problem = typeof answer === 'object' && answer !== null ? answer : {}
  const { code, title, facts } = problem as { code?: unknown; title?: unknown; facts?: object }
  if (typeof code !== 'string' || typeof title !== 'string') {
    return new Refusal('SERVER_REFUSED', `The server answered ${status} and no reason`, {
      next: 'Check that --server is the address of the operator API.',
      facts: { status },
    })
  }
  const seen = Object.entries(facts ?? {})
    .filter((fact) => !isCode(...fact))
    .map(([name, value]) => `${name}: ${value}`)
  const said = seen.length === 0 ? title : `${title} – ${seen.join(', ')}`
  return new Refusal(code, [said, ...mistakesIn(problem), ...reasonsIn(problem)].join('\n  '), {
    next:
      NEXT_STEPS[code] ??
      'Nothing was changed by this request; the code is explained in docs/protocol.md, section 13.',
    facts: { status, ...(facts ?? {}) },
  })
}

/** A second code, of what the sentence says already: for programs, which have all facts. */
const isCode = (name: string, value: unknown) =>
  name === 'reason' && typeof value === 'string' && /^[A-Z]+(?:_[A-Z]+)+$/.test(value)

/** Of an import: which lines, and what is wrong with them. */
function mistakesIn(problem: object): string[] {
  const { mistakes } = problem as { mistakes?: unknown }
  if (!Array.isArray(mistakes)) return []
  return mistakes.slice(0, MISTAKES_SHOWN).map((mistake: Record<string, unknown>) => {
    const { line, field, what } = mistake ?? {}
    return `line ${line}${field === undefined ? '' : `, ${field}`}: ${what}`
  })
}

const MISTAKES_SHOWN = 20

/** Of a gate that is closed: each reason. Names in SBOMs and feeds are the words of strangers. */
function reasonsIn(problem: object): string[] {
  const { reasons } = problem as { reasons?: unknown }
  if (!Array.isArray(reasons)) return []
  return reasons.map((reason: Record<string, unknown>) => {
    const { version, code, sentence, finding } = reason ?? {}
    const of = finding === undefined ? '' : ` (finding ${finding})`
    const words = `${version === undefined ? '' : `${version}: `}${code}: ${sentence}${of}`
    return plain(words)
  })
}
