import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line, words } from '../http/written.ts'
import { caseId, caseInFull } from './case-api.ts'
import { SIGNS, SUGGESTION_STATES } from './suggestion.ts'

const given = z
  .strictObject({ answer: z.enum(['yes', 'no', 'unknown']), reason: words() })
  .optional()

export const takeUpSchema = z
  .strictObject({
    title: line().optional().meta({ description: 'Without: what was suggested' }),
    answers: z
      .strictObject({
        ...{ protectionAffected: given, protectionCapable: given },
        ...{ codeLed: given, codeCapable: given },
      })
      .default({})
      .meta({ description: 'Whether it is severe: Art. 14(5), kept with the case' }),
  })
  .meta({ id: 'CaseSuggestionTakenUp' })
export const dismissSchema = z
  .strictObject({ reason: words() })
  .meta({ id: 'CaseSuggestionDismissed' })
export const suggestionQuery = pageQuery(caseId).extend({
  state: z.enum(SUGGESTION_STATES).optional(),
})
export const inSuggestion = z.object({ id: caseId })

const suggestion = z
  .object({
    ...{ id: caseId, product: productName, sign: z.enum(SIGNS), firstAt: seconds, lastAt: seconds },
    facts: z.union([
      z.object({
        ...{ devices: z.int(), reports: z.int(), refusals: z.record(z.string(), z.int()) },
        examples: z.array(z.string()),
      }),
      z.object({
        ...{ vulnerability: z.string(), rating: z.string() },
        ...{ findings: z.array(z.string()), components: z.array(z.string()) },
      }),
    ]),
    ...{ state: z.enum(SUGGESTION_STATES), reason: z.string().optional() },
    ...{ decidedAt: seconds.optional(), decidedBy: z.string().optional() },
    ...{ caseId: caseId.optional(), revision: z.int() },
  })
  .meta({ id: 'CaseSuggestion' })

const MANAGED = {
  'x-permission': 'case.manage',
  'x-any-product': true,
  'x-if-match': true,
} as const
const one = { path: inSuggestion }

export const suggestionPaths: ZodOpenApiPathsObject = {
  '/case-suggestions': {
    get: {
      summary:
        'What devices reported, or findings that are exploited, and may be a case; the newest first',
      ...{ 'x-permission': 'case.read', 'x-any-product': true },
      requestParams: { query: suggestionQuery },
      responses: answers({ 200: { description: 'A page', schema: z.array(suggestion) } }),
    },
  },
  '/case-suggestions/{id}': {
    get: {
      summary: 'One of them',
      ...{ 'x-permission': 'case.read', 'x-any-product': true },
      requestParams: one,
      responses: answers({ 200: { description: 'The suggestion', schema: suggestion } }),
    },
  },
  '/case-suggestions/{id}/take-up': {
    post: {
      summary: 'Open a case from it, filled with what is known',
      ...MANAGED,
      requestParams: one,
      requestBody: jsonBody(takeUpSchema),
      responses: answers({ 201: { description: 'The case', schema: caseInFull } }),
    },
  },
  '/case-suggestions/{id}/dismiss': {
    post: {
      summary: 'Say why it is none',
      ...MANAGED,
      requestParams: one,
      requestBody: jsonBody(dismissSchema),
      responses: answers({ 200: { description: 'Dismissed', schema: suggestion } }),
    },
  },
}
