import { VEX_FORMATS } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct } from '../http/api-schema.ts'

export const vexQuery = z.strictObject({ format: z.enum(VEX_FORMATS).default('OpenVEX') })

export const vexPaths: ZodOpenApiPathsObject = {
  '/products/{product}/vex': {
    get: {
      summary: 'What was decided of the findings, as a VEX document; and what it cannot say',
      'x-permission': 'finding.read',
      requestParams: { path: inProduct, query: vexQuery },
      responses: answers({
        200: {
          description: 'The document',
          schema: z.object({
            document: z.record(z.string(), z.unknown()),
            lost: z.array(z.string()),
          }),
        },
      }),
    },
    put: {
      summary: 'Take in what somebody else says: suggestions, which decide nothing',
      'x-permission': 'feed.import',
      requestParams: { path: inProduct, query: vexQuery },
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: answers({
        200: {
          description: 'Taken in',
          schema: z.object({
            ...{ id: z.string(), publisher: z.string(), statements: z.int() },
            skipped: z.array(z.object({ at: z.string(), reason: z.string() })),
            lost: z.array(z.string()),
          }),
        },
      }),
    },
  },
}
