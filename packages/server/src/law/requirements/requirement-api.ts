import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../../http/api-schema.ts'
import { pageQuery } from '../../http/page.ts'
import { REQUIREMENT_IDS } from './annex-1.ts'
import { answerSchema } from './answer.ts'
import { ROW_GAPS, type RowGap } from './row.ts'
import { SUGGESTED_CODES } from './suggested.ts'

const ROW_STATES = ['unanswered', 'suggested', 'not-applicable', 'met', 'open'] as const
const ROW_GAP_IDS = Object.keys(ROW_GAPS) as [RowGap, ...RowGap[]]

export const inRequirement = inProduct.extend({
  requirement: z.enum(REQUIREMENT_IDS, {
    error: 'There is no such requirement of Annex I: they are I.1, I.2.a to I.2.m, II.1 to II.8',
  }),
})
const revisionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const revisionsPage = pageQuery(revisionNumber)

const answered = {
  answer: answerSchema.optional(),
  isSuggested: z.boolean().optional().meta({ description: 'Accepted as Fleetward suggested it' }),
  ...{ changedAt: seconds.optional(), changedBy: z.string().optional() },
}

const rowSchema = z
  .object({
    id: z.enum(REQUIREMENT_IDS),
    ...{ reference: z.string(), text: z.string().meta({ description: 'The law’s' }) },
    state: z.enum(ROW_STATES),
    revision: z.int().meta({ description: '0: nobody has answered it' }),
    ...answered,
    suggestion: z
      .string()
      .optional()
      .meta({ description: 'What Fleetward does towards it; nobody’s word until it is accepted' }),
    suggested: z
      .array(
        z.object({
          code: z.enum(SUGGESTED_CODES),
          facts: z.record(z.string(), z.union([z.string(), z.number()])),
          sentence: z.string(),
        }),
      )
      .meta({ description: 'The sentences of `suggestion`' }),
    standards: z.array(z.string()).meta({ description: 'Ids of those that cover it' }),
    gaps: z.array(z.object({ gap: z.enum(ROW_GAP_IDS), sentence: z.string() })),
  })
  .meta({ id: 'RequirementRow' })

const matrixSchema = z
  .object({
    edition: z.string(),
    rows: z.array(rowSchema),
    states: z.record(z.enum(ROW_STATES), z.int()),
    isComplete: z.boolean().meta({ description: 'Every row is answered and none has a gap' }),
  })
  .meta({ id: 'RequirementMatrix' })

const revisionSchema = z
  .object({ revision: z.int(), at: seconds, by: z.string(), answer: answerSchema })
  .meta({ id: 'RequirementAnswerRevision' })

const read = { 'x-permission': 'product.read' } as const
const change = { 'x-permission': 'product.manage', 'x-if-match': true } as const
const ONE = '/products/{product}/requirements/{requirement}'

export const requirementPaths: ZodOpenApiPathsObject = {
  '/products/{product}/requirements': {
    get: {
      summary: 'Annex I, requirement by requirement, with how the product meets it',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The matrix', schema: matrixSchema } }),
    },
  },
  [ONE]: {
    get: {
      summary: 'A requirement of Annex I',
      ...read,
      requestParams: { path: inRequirement },
      responses: answers({ 200: { description: 'The row', schema: rowSchema } }),
    },
    post: {
      summary: 'Answer a requirement; answers before stay in the history',
      ...change,
      requestParams: { path: inRequirement },
      requestBody: jsonBody(answerSchema),
      responses: answers({ 200: { description: 'The row', schema: rowSchema } }),
    },
  },
  [`${ONE}/acceptance`]: {
    post: {
      summary: 'Make what Fleetward suggests the answer, as it is now',
      ...change,
      requestParams: { path: inRequirement },
      responses: answers({ 200: { description: 'The row', schema: rowSchema } }),
    },
  },
  [`${ONE}/revisions`]: {
    get: {
      summary: 'Every answer to a requirement, the newest first',
      ...read,
      requestParams: { path: inRequirement, query: revisionsPage },
      responses: answers({ 200: { description: 'Answers', schema: z.array(revisionSchema) } }),
    },
  },
}
