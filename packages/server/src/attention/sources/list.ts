/** All that is looked at. Of matters of the same urgency those of the source that stands first here come first. */
import { approvals } from './approvals.ts'
import { caseClocks } from './case-clocks.ts'
import { exploited } from './exploited.ts'
import { rollouts } from './rollouts.ts'

export const SOURCES = [exploited, caseClocks, rollouts, approvals] as const

/** Of every kind. */
export const MATTER_SCHEMAS = [
  ...exploited.schemas,
  ...caseClocks.schemas,
  ...rollouts.schemas,
  ...approvals.schemas,
] as const

export const MATTER_KINDS = MATTER_SCHEMAS.map(({ shape }) => shape.kind.value)
