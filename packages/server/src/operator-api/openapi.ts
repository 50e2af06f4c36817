/** The OpenAPI document of the operator API, made of the schemas that validate (protocol §11). */

import { z } from 'zod'
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { answers } from '../http/api-schema.ts'
import { API } from './operator-app.ts'

const ownPaths: ZodOpenApiPathsObject = {
  '/openapi.json': {
    get: {
      summary: 'This document',
      'x-permission': 'anyone-signed-in',
      responses: answers({
        200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) },
      }),
    },
  },
}

export function openApiDocument(paths: readonly ZodOpenApiPathsObject[]) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Fleetward operator API',
      version: '1',
      description: 'Products, releases, rollouts and devices of a Fleetward server.',
    },
    servers: [{ url: API }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: Object.assign({}, ownPaths, ...paths),
  })
}
