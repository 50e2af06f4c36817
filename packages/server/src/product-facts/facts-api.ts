import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { factsSchema } from './facts-schema.ts'
import { SHEETS } from './sheets.ts'

const versionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const inVersion = inProduct.extend({ version: versionNumber })
export const versionsPage = pageQuery(versionNumber)

const versionSchema = z
  .object({
    version: z.int().meta({ description: 'From 1; 0: nobody has written any' }),
    at: seconds.optional(),
    by: z.string().optional().meta({ description: 'Account' }),
    facts: factsSchema,
  })
  .meta({ id: 'ProductFactsVersion' })

const gapsSchema = z
  .object({
    scope: z.enum(['applies', 'excluded', 'does-not-apply', 'unanswered']),
    mismatches: z
      .array(z.object({ fact: z.string(), written: z.string(), signed: z.string() }))
      .meta({ description: 'Where the signed factory settings say something else' }),
    undecided: z.array(z.string()),
    sheets: z.array(
      z.object({
        sheet: z.enum(SHEETS),
        items: z.array(
          z.object({
            ...{ number: z.string(), title: z.string() },
            state: z.enum(['filled', 'not-applicable', 'empty']),
            missing: z.array(z.string()).meta({ description: 'Facts that are not there' }),
            because: z.string().optional(),
          }),
        ),
        isComplete: z.boolean(),
      }),
    ),
    isComplete: z.boolean(),
    isSupportOver: z.boolean().optional(),
    notification: z
      .object({
        manufacturerName: z.string().optional(),
        memberStates: z.array(z.string()).optional(),
        productName: z.string().optional(),
        productType: z.enum(['Default', 'Important', 'Critical']).optional(),
        productClass: z.enum(['I', 'II']).optional(),
        productCategory: z.string().optional(),
        endOfSupport: z.enum(['Yes', 'No']).optional(),
      })
      .meta({ description: 'Fields 4 to 11 of the form of Art. 14, as far as they are known' }),
  })
  .meta({ id: 'ProductGaps', description: 'What the law asks for and nobody has written' })

const read = { 'x-permission': 'product.read' } as const

export const factsPaths: ZodOpenApiPathsObject = {
  '/products/{product}/facts': {
    get: {
      summary: 'A product as the law asks for it',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The facts', schema: versionSchema } }),
    },
    post: {
      summary: 'Set all facts; those before stay in the history',
      'x-permission': 'product.manage',
      'x-if-match': true,
      requestParams: { path: inProduct },
      requestBody: jsonBody(factsSchema),
      responses: answers({ 200: { description: 'The facts', schema: versionSchema } }),
    },
  },
  '/products/{product}/facts/versions': {
    get: {
      summary: 'Every version of the facts, the newest first',
      ...read,
      requestParams: { path: inProduct, query: versionsPage },
      responses: answers({ 200: { description: 'Versions', schema: z.array(versionSchema) } }),
    },
  },
  '/products/{product}/facts/versions/{version}': {
    get: {
      summary: 'The facts as they were',
      ...read,
      requestParams: { path: inVersion },
      responses: answers({ 200: { description: 'The facts', schema: versionSchema } }),
    },
  },
  '/products/{product}/facts/gaps': {
    get: {
      summary: 'What Annex II, V and VII and the notification still lack',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The gaps', schema: gapsSchema } }),
    },
  },
}
