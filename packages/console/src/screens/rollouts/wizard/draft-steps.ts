/** The steps of a new rollout, and on which of them a refusal of the server is to be mended. Pure. */
import type { Refused } from '../../../api/refused.ts'

export const STEPS = ['release', 'devices', 'care', 'owners', 'approval', 'preview'] as const

export type Step = (typeof STEPS)[number]

export function isStep(text: string | undefined): text is Step {
  return (STEPS as readonly string[]).includes(text ?? '')
}

/** By path, `plan.groups.0.members`: what is wrong there. */
export type Mistakes = ReadonlyMap<string, string>

const PLACES: readonly (readonly [RegExp, Step])[] = [
  [/^release\b/, 'release'],
  [/^plan\.groups\.\d+\.(success|error)\b/, 'care'],
  [/^(cohort|plan\.groups)\b/, 'devices'],
  [/^plan\b/, 'care'],
  [/^(policy|loosened|notice)\b/, 'owners'],
]

export function stepOfField(path: string): Step {
  return PLACES.find(([place]) => place.test(path))?.[1] ?? 'approval'
}

/** A code that is about one field says so here; all others are shown where they were met. */
const FIELDS: Readonly<Record<string, string>> = {
  NO_SUCH_RELEASE: 'release',
  RELEASE_WITHDRAWN: 'release',
  RELEASE_NOT_LISTED: 'release',
  SECURITY_COUNTER_TOO_LOW: 'release',
  ROLLOUT_EXISTS: 'cohort',
  RETURN_NOT_EARLIER: 'plan.returnTo',
  DEADLINE_LOOSENED: 'loosened.reason',
  EMERGENCY_NOT_SECURITY: 'emergency',
}

/** Empty: nothing that a field could mend. */
export function mistakesOf(refused: Pick<Refused, 'code' | 'message' | 'fields'>): Mistakes {
  if (refused.code === 'REQUEST_INVALID') return refused.fields
  if (refused.code === 'PLAN_CONTRADICTS_ITSELF') {
    return new Map(
      refused.message.split(/; (?=plan\.)/).map((mistake) => {
        const end = mistake.indexOf(': ')
        const path = mistake.slice(0, end).replace(/\[(\d+)\]/g, '.$1')
        return [path, mistake.slice(end + 2)]
      }),
    )
  }
  const field = FIELDS[refused.code]
  return field === undefined ? new Map() : new Map([[field, refused.message]])
}

/** Those to be mended up to this step; what comes later is not filled in yet. */
export function upTo(mistakes: Mistakes, step: Step): Mistakes {
  const last = STEPS.indexOf(step)
  return new Map([...mistakes].filter(([path]) => STEPS.indexOf(stepOfField(path)) <= last))
}

export function firstStepOf(mistakes: Mistakes): Step | undefined {
  const steps = [...mistakes.keys()].map((path) => STEPS.indexOf(stepOfField(path)))
  return steps.length === 0 ? undefined : STEPS[Math.min(...steps)]
}

/** What is wrong at a field or below it. */
export function mistakeAt(mistakes: Mistakes, path: string): string | undefined {
  const found = [...mistakes].filter(([at]) => at === path || at.startsWith(`${path}.`))
  return found.length === 0 ? undefined : found.map(([, says]) => says).join('; ')
}
