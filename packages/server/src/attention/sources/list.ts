/** All that is looked at. Of matters of the same urgency those of the source that stands first here come first. */
import { advisories } from './advisories.ts'
import { approvals } from './approvals.ts'
import { caseClocks } from './case-clocks.ts'
import { caseSuggestions } from './case-suggestions.ts'
import { certificates } from './certificates.ts'
import { devices } from './devices.ts'
import { exploited } from './exploited.ts'
import { feeds } from './feeds.ts'
import { metadata } from './metadata.ts'
import { reports } from './reports.ts'
import { rollouts } from './rollouts.ts'
import { support } from './support.ts'
import { waivers } from './waivers.ts'

export const SOURCES = [
  ...[caseClocks, exploited, caseSuggestions, rollouts, reports, approvals],
  ...[devices, metadata, certificates, feeds, waivers, advisories, support],
] as const

type MatterSchema = (typeof SOURCES)[number]['schemas'][number]

/** Of every kind. */
export const MATTER_SCHEMAS = SOURCES.flatMap(
  ({ schemas }): readonly MatterSchema[] => schemas,
) as unknown as readonly [MatterSchema, ...MatterSchema[]]

export const MATTER_KINDS = MATTER_SCHEMAS.map(({ shape }) => shape.kind.value)
