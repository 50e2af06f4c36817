/** How a product meets a requirement of Annex I, or why it need not (Art. 13(4)). */
import { z } from 'zod'
import { name, sha256 } from '../../http/api-schema.ts'
import { httpsAddress, line, words } from '../../http/written.ts'
import { day } from '../day.ts'

const LINKS_MAX_COUNT = 30
const POINTS_MAX_COUNT = 20

const list = <Of extends z.ZodType>(of: Of) => z.array(of).min(1).max(LINKS_MAX_COUNT).optional()

export const answerSchema = z
  .strictObject({
    applies: z.boolean(),
    justification: words()
      .optional()
      .meta({ description: 'Why it does not apply: from the risk assessment' }),
    assessment: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The version of the risk assessment that says so' }),
    how: words().optional().meta({ description: 'How it is met' }),
    evidence: z
      .strictObject({
        addresses: list(httpsAddress),
        tests: list(line()),
        risks: list(name).meta({ description: 'Ids in the register of risks' }),
        files: list(sha256).meta({ description: 'SHA-256 of files of evidence' }),
      })
      .optional(),
    openPoints: z
      .array(z.strictObject({ what: words(), owner: line().optional(), due: day.optional() }))
      .min(1)
      .max(POINTS_MAX_COUNT)
      .optional()
      .meta({ description: 'What is still to be done' }),
    owner: line().optional(),
  })
  .meta({ id: 'RequirementAnswer' })

export interface RequirementAnswer extends z.output<typeof answerSchema> {
  /** Its `how` is what Fleetward suggested, and a person accepted it. */
  readonly isSuggested?: boolean
  /** The text of the law that was answered. */
  readonly edition: string
}
