/**
 * What the schemas of the operator API share. A schema both validates the request and stands in the
 * OpenAPI document, so the two cannot disagree.
 */
import { isName, isVersion } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiResponsesObject } from 'zod-openapi'

export const name = z
  .string()
  .refine(isName, 'must be a name: a-z, 0-9, inside also -, at most 64 characters')
  .meta({ description: 'A name, protocol §2.1', example: 'everyone' })

export const productName = name.meta({ example: 'lumen-gateway-g1' })

export const version = z
  .string()
  .refine(isVersion, 'must be major.minor.patch')
  .meta({ example: '1.4.3' })

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 in lower-case hex' })

/** Up to the end of the year 9999: later ones are dates to nobody, and no formatter writes them. */
export const seconds = z
  .int()
  .min(0)
  .max(253_402_300_799)
  .meta({ description: 'Seconds since 1970' })

/** What a sentence is made of, for programs and for other languages. */
export const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

export const problemSchema = z
  .object({
    type: z.string(),
    status: z.int(),
    title: z.string(),
    code: z.string().meta({ description: 'Stable, protocol §13', example: 'RELEASE_EXISTS' }),
    facts: factsSchema.optional(),
    reasons: z
      .array(z.looseObject({ code: z.string(), sentence: z.string() }))
      .optional()
      .meta({ description: 'Where there are several' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457' })

const PROBLEM = { 'application/problem+json': { schema: problemSchema } }

/** `successes` and what any call can answer: the refusals of the door and of the call. */
export function answers(
  successes: Readonly<Record<string, { description: string; schema?: z.ZodType }>>,
): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {
    '4XX': { description: 'Refused, with a code', content: PROBLEM },
    '5XX': { description: 'Failed', content: PROBLEM },
  }
  for (const [status, { description, schema }] of Object.entries(successes)) {
    const content = schema === undefined ? {} : { content: { 'application/json': { schema } } }
    responses[status as '200'] = { description, ...content }
  }
  return responses
}

export function jsonBody(schema: z.ZodType) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** Path parameters as the document lists them. */
export const inProduct = z.object({ product: productName })
