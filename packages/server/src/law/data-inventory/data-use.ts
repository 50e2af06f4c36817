/** Data that the product itself processes, as its manufacturer writes it (CRA P-077). */
import { z } from 'zod'
import { name } from '../../http/api-schema.ts'
import { line, words } from '../../http/written.ts'

export const DATA_SUBJECTS = ['owner', 'other-person', 'device', 'operator'] as const
const RECIPIENTS_MAX_COUNT = 20
const RISKS_MAX_COUNT = 30

export const dataUseFields = {
  what: line().meta({ example: 'times at which lamps are switched' }),
  about: z.enum(DATA_SUBJECTS),
  isPersonal: z.boolean(),
  purpose: words(),
  where: words().meta({ description: 'On the device, at a server, at somebody else’s' }),
  retention: words().meta({ description: 'How long, and what deletes it' }),
  isOnByDefault: z.boolean(),
  recipients: z.array(line()).min(1).max(RECIPIENTS_MAX_COUNT).optional(),
  legalBasis: line().optional(),
  risks: z
    .array(name)
    .min(1)
    .max(RISKS_MAX_COUNT)
    .optional()
    .meta({ description: 'Ids in the register of risks' }),
}
const dataUseSchema = z.object(dataUseFields)
export type DataUse = z.output<typeof dataUseSchema>

export type DataUseGap = 'no-legal-basis' | 'no-risk' | 'risk-gone'

export function dataUseGaps(use: DataUse, risks: ReadonlySet<string>): readonly DataUseGap[] {
  const { isPersonal, legalBasis, risks: named = [] } = use
  return [
    ...(isPersonal && legalBasis === undefined ? (['no-legal-basis'] as const) : []),
    ...(named.length === 0 ? (['no-risk'] as const) : []),
    ...(named.some((risk) => !risks.has(risk)) ? (['risk-gone'] as const) : []),
  ]
}
