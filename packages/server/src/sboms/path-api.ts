import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { inFinding } from '../findings/finding-api.ts'
import { answers, version } from '../http/api-schema.ts'

export const pathQuery = z.strictObject({
  release: version
    .optional()
    .meta({ description: 'One that the finding is or was in; the last of those, if left out' }),
})

const stepSchema = z.object({
  ...{ ref: z.string(), name: z.string(), version: z.string().optional() },
})

const pathsSchema = z
  .object({
    state: z
      .enum(['read', 'missing', 'unreadable'])
      .meta({ description: 'missing: the SBOM of the release is not here' }),
    paths: z.array(z.object({ ref: z.string(), steps: z.array(stepSchema) })).meta({
      description:
        'To each place of the component the shortest way, both ends included; without steps: the SBOM does not say why it is there',
    }),
  })
  .meta({ id: 'ComponentPaths', description: 'Why a component is in a release' })

export const pathPaths: ZodOpenApiPathsObject = {
  '/products/{product}/findings/{finding}/paths': {
    get: {
      summary: 'By what way a component came into a release, as its SBOM says',
      'x-permission': 'finding.read',
      requestParams: { path: inFinding, query: pathQuery },
      responses: answers({ 200: { description: 'The ways', schema: pathsSchema } }),
    },
  },
}
