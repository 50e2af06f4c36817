import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../../http/api-schema.ts'
import { line } from '../../http/written.ts'

const GIVEN_MIN_SECONDS = 3_600
const GIVEN_MAX_SECONDS = 366 * 86_400

const given = z
  .int()
  .min(GIVEN_MIN_SECONDS)
  .max(GIVEN_MAX_SECONDS)
  .nullable()
  .meta({ description: 'Seconds from the creation of the rollout; null: none by itself' })

export const deadlinePolicySchema = z
  .strictObject({ exploited: given, critical: given, high: given, medium: given, low: given })
  .meta({ id: 'DeadlinePolicy', description: 'Until when a fix has to be on devices' })

export const loosenedReason = line(500)
  .min(10)
  .meta({ description: 'Why the deadline may be later than the policy says; kept and audited' })

export const newDeadlineSchema = z
  .strictObject({
    deadline: seconds.nullable().meta({ description: 'Seconds since 1970; null: none' }),
    reason: loosenedReason.optional(),
  })
  .meta({ id: 'NewDeadline' })

const due = z
  .object({
    ...{ deadline: seconds, vulnerability: z.string(), grade: z.string(), seconds: z.int() },
  })
  .meta({ id: 'DueDeadline', description: 'What the policy gives' })

/** What a rollout keeps. */
export const termsSchema = z
  .object({
    due: due.optional(),
    loosened: z
      .object({ reason: z.string(), by: z.string(), name: z.string(), at: seconds })
      .optional(),
  })
  .meta({ id: 'RolloutTerms', description: 'Of when somebody last decided about the deadline' })

/** What is known of it at the moment it is asked. */
export const deadlineNowSchema = z
  .object({
    deadline: seconds.optional().meta({ description: 'As it is signed' }),
    due: due.optional(),
    isEarlierNow: z.boolean().meta({ description: 'The policy asks for more than was decided' }),
    unknown: z
      .array(z.string())
      .meta({ description: 'Fixed by the release, and nothing here says how bad' }),
    sentence: z.string().optional(),
  })
  .meta({ id: 'RolloutDeadline' })

const policy = { 200: { description: 'The policy', schema: deadlinePolicySchema } }

export const deadlinePaths: ZodOpenApiPathsObject = {
  '/products/{product}/deadlines': {
    get: {
      summary: 'Until when fixes have to be on devices, by how bad what they close is',
      'x-permission': 'rollout.read',
      requestParams: { path: inProduct },
      responses: answers(policy),
    },
    post: {
      summary: 'Set that for the rollouts of the product that are created from now on',
      ...{ 'x-permission': 'product.manage', 'x-step-up': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(deadlinePolicySchema),
      responses: answers(policy),
    },
  },
}
