import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { RATINGS } from '../findings/finding.ts'
import { inVersion } from '../findings/finding-api.ts'
import { answers, factsSchema, jsonBody, seconds } from '../http/api-schema.ts'
import { GATE_CODES } from './gate.ts'

export const THRESHOLDS = RATINGS.filter((rating) => rating !== 'unknown')
export const gateCheckSchema = z
  .strictObject({
    threshold: z.enum(THRESHOLDS).optional().meta({
      description: 'In place of that of the product’s policy, for this question alone',
    }),
  })
  .meta({ id: 'GateCheck' })

const reason = {
  ...{ code: z.enum(GATE_CODES), sentence: z.string() },
  facts: factsSchema.optional().meta({ description: 'What the sentence is made of' }),
  finding: z.string().optional(),
  about: z.string().optional().meta({
    description: 'Which of several: a feed, a kind of evidence, the digest of an SBOM',
  }),
}

const resultSchema = z
  .object({
    at: seconds,
    isOpen: z.boolean(),
    threshold: z.enum(RATINGS),
    reasons: z.array(z.object(reason)).meta({ description: 'All that close it' }),
    waived: z
      .array(z.object({ ...reason, waiver: z.string(), by: z.string(), until: seconds }))
      .meta({ description: 'What would close it, were it not waived' }),
    notLookedUpCount: z.int().meta({ description: 'Components that no feed was asked about' }),
    undecidedCount: z.int().meta({ description: 'Records that could be about one and stay open' }),
    feeds: z.array(
      z.object({
        ...{ id: z.string(), importedAt: seconds, records: z.int() },
        sha256: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'GateResult' })

export const gatePaths: ZodOpenApiPathsObject = {
  '/products/{product}/releases/{version}/gate': {
    get: {
      summary: 'What the gate said of a release, the newest first',
      'x-permission': 'finding.read',
      requestParams: { path: inVersion },
      responses: answers({ 200: { description: 'Results', schema: z.array(resultSchema) } }),
    },
    post: {
      summary:
        'Ask the gate about a release, also one that waits for it; the result is kept with it',
      'x-permission': 'finding.read',
      requestParams: { path: inVersion },
      requestBody: jsonBody(gateCheckSchema),
      responses: answers({ 200: { description: 'The result', schema: resultSchema } }),
    },
  },
}
