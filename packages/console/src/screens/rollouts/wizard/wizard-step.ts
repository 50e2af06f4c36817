/** What every step of a new rollout is given. */
import type { Cohort, Release } from '../../../api/operator-api.gen.ts'
import type { Draft } from './draft.ts'
import type { Mistakes } from './draft-steps.ts'

export interface Choices {
  readonly releases: readonly Release[]
  readonly cohorts: readonly Cohort[]
}

export interface StepProps {
  readonly product: string
  readonly choices: Choices
  readonly draft: Draft
  readonly change: (changed: Partial<Draft>) => void
  readonly mistakes: Mistakes
}
