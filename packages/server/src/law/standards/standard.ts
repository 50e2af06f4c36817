/** A standard or specification that a product applies (CRA P-008, Annex VII(5)), and what is missing of it. */
import { z } from 'zod'
import { httpsAddress, line, words } from '../../http/written.ts'
import { day, isPast } from '../day.ts'
import { REQUIREMENT_IDS } from '../requirements/annex-1.ts'

export const STANDARD_KINDS = [
  ...(['harmonised-standard', 'common-specification', 'certification-scheme', 'other'] as const),
] as const

export const standardFields = {
  kind: z.enum(STANDARD_KINDS),
  title: line().meta({ example: 'EN 40000-1-3' }),
  edition: line().meta({ example: '2026' }),
  isAppliedInFull: z.boolean(),
  partsApplied: words().optional().meta({ description: 'Which parts, when not in full' }),
  isCited: z
    .boolean()
    .meta({ description: 'In the Official Journal: only then it gives presumption' }),
  citation: httpsAddress.optional().meta({ description: 'Where in the Official Journal' }),
  covers: z
    .array(z.enum(REQUIREMENT_IDS))
    .max(REQUIREMENT_IDS.length)
    .refine((all) => new Set(all).size === all.length, 'must name each once')
    .meta({ description: 'Requirements of Annex I' }),
  supersededBy: line().optional(),
  supersededOn: day.optional().meta({ description: 'Until the end of this day it still counts' }),
}
const standardSchema = z.object(standardFields)
export type Standard = z.output<typeof standardSchema>

export type StandardGap = 'superseded' | 'covers-nothing' | 'not-cited'

export function isSuperseded({ supersededOn }: Standard, now: number): boolean {
  return supersededOn !== undefined && isPast(supersededOn, now)
}

export function standardGaps(standard: Standard, now: number): readonly StandardGap[] {
  const { covers, isCited, kind } = standard
  return [
    ...(isSuperseded(standard, now) ? (['superseded'] as const) : []),
    ...(covers.length === 0 ? (['covers-nothing'] as const) : []),
    // A harmonised standard gives presumption of conformity from its citation on (Art. 27(1)).
    ...(kind === 'harmonised-standard' && !isCited ? (['not-cited'] as const) : []),
  ]
}

/** Why it cannot be written so; undefined when it can. */
export function standardFlaw({ isAppliedInFull, partsApplied }: Standard): string | undefined {
  if (isAppliedInFull === (partsApplied === undefined)) return undefined
  return isAppliedInFull
    ? 'It is applied in full: leave partsApplied out'
    : 'Say which parts of it are applied: partsApplied'
}
