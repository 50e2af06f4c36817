/** The deadline policy as people say it, in days; the API has seconds, and null for none. Pure. */
import type { DeadlinePolicy } from '../../../api/operator-api.gen.ts'
import type { Value } from '../../../forms/draft.ts'
import type { FormField } from '../../../forms/form-field.ts'

const DAY_SECONDS = 86_400
export const GRADES = ['exploited', 'critical', 'high', 'medium', 'low'] as const

export const DEADLINE_FIELDS: readonly FormField[] = GRADES.map((grade) => ({
  ...{ path: `days/${grade}`, kind: 'number' },
}))

export function daysOf(policy: DeadlinePolicy): Value {
  const days = GRADES.map((grade) => {
    const seconds = policy[grade]
    return [grade, seconds === null ? undefined : seconds / DAY_SECONDS]
  })
  return { days: Object.fromEntries(days) }
}

export function secondsOf(value: Value): DeadlinePolicy {
  const days = (value.days ?? {}) as Partial<Record<(typeof GRADES)[number], unknown>>
  return Object.fromEntries(
    GRADES.map((grade) => {
      const said = days[grade]
      // What is no number goes to the server as it is, which says so.
      return [grade, typeof said === 'number' ? Math.round(said * DAY_SECONDS) : (said ?? null)]
    }),
  ) as DeadlinePolicy
}
