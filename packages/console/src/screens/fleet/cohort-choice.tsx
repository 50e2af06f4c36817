/** One cohort, or all of them. */
import type { Cohort } from '../../api/operator-api.gen.ts'
import { ChoiceField } from '../../pieces/field.tsx'
import { say } from '../../words/say.tsx'

export interface CohortChoiceProps {
  readonly cohorts: readonly Cohort[]
  readonly value: string | undefined
  readonly onValue: (cohort: string | undefined) => void
}

export function CohortChoice({ cohorts, value = '', onValue }: CohortChoiceProps) {
  const names = cohorts.map(({ name }) => name)
  // A link may name one that is not listed, or not yet.
  const listed = value === '' || names.includes(value) ? names : [value, ...names]
  return (
    <ChoiceField
      label={say('fleet.cohort')}
      value={value}
      choices={[
        { value: '', label: say('fleet.allCohorts') },
        ...listed.map((name) => ({ value: name, label: name })),
      ]}
      onValue={(cohort) => onValue(cohort === '' ? undefined : cohort)}
    />
  )
}
