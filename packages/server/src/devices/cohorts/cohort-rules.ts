/**
 * Rules that put devices into cohorts (docs/devices.md). They are in an order; the first whose filter means a device
 * decides. A device that no rule means stays where it is, and one that an operator has pinned stays whatever they say.
 */
import type { Filter } from '../filter/filter.ts'
import { type FilterableDevice, matches } from '../filter/matches.ts'

export interface CohortRule {
  readonly cohort: string
  readonly filter: Filter
}

/** Rules of a product; each costs a query at every tick. */
export const COHORT_RULES_MAX_COUNT = 32

/** The cohort that the rules want the device in, which may be the one it is in; undefined: no rule means it. */
export function cohortByRule(
  rules: readonly CohortRule[],
  device: FilterableDevice,
  now: number,
): string | undefined {
  if (device.isPinned || device.revokedAt !== undefined) return undefined
  return rules.find(({ filter }) => matches(filter, device, now))?.cohort
}

/** The devices that the rule at `index` has to move: the same decision as {@link cohortByRule}, as a filter. */
export function toBeMovedBy(rules: readonly CohortRule[], index: number): Filter {
  const [rule, ...before] = [...rules.slice(0, index + 1)].reverse()
  if (rule === undefined) throw new RangeError('There is no rule of this number')
  const isTrue = (name: 'pinned' | 'revoked'): Filter => ({
    kind: 'compare',
    field: { kind: 'own', name },
    operator: '=',
    value: { kind: 'flag', flag: true },
  })
  const isThere: Filter = {
    kind: 'compare',
    field: { kind: 'own', name: 'cohort' },
    operator: '=',
    value: { kind: 'text', text: rule.cohort },
  }
  const others = [
    isTrue('pinned'),
    isTrue('revoked'),
    isThere,
    ...before.map(({ filter }) => filter),
  ]
  return { kind: 'all', of: [rule.filter, ...others.map((of): Filter => ({ kind: 'not', of }))] }
}
