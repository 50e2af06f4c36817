import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { inVersion } from '../findings/finding-api.ts'
import { answers, version } from '../http/api-schema.ts'

export const differenceQuery = z.strictObject({
  base: version
    .optional()
    .meta({ description: 'The one that the gate compares with, if left out' }),
})

const component = { name: z.string(), purl: z.string().optional() }
const listed = z.array(z.object({ ...component, version: z.string().optional() }))

const differenceSchema = z
  .object({
    state: z.enum(['compared', 'first', 'missing', 'unreadable']).meta({
      description: 'first: nothing is before it; missing: an SBOM of the two is not here',
    }),
    base: z.string().optional(),
    ...{ added: listed, removed: listed },
    changed: z.array(
      z.object({
        ...{ ...component, from: z.string().optional(), to: z.string().optional() },
        direction: z
          .enum(['up', 'down', 'unknown', 'rebuilt'])
          .meta({ description: 'rebuilt: the same version, and other bytes' }),
        isMajor: z.boolean(),
      }),
    ),
    counts: z
      .object({
        ...{ added: z.int(), removed: z.int(), changed: z.int(), unchanged: z.int() },
        components: z.int(),
      })
      .optional()
      .meta({ description: 'Of all; the lists have the first 500 each' }),
  })
  .meta({ id: 'SbomDifference', description: 'What a release is built of, beside the one before' })

export const differencePaths: ZodOpenApiPathsObject = {
  '/products/{product}/releases/{version}/difference': {
    get: {
      summary: 'What changed in the SBOM of a release since the one that it continues',
      'x-permission': 'finding.read',
      requestParams: { path: inVersion, query: differenceQuery },
      responses: answers({ 200: { description: 'The difference', schema: differenceSchema } }),
    },
  },
}
