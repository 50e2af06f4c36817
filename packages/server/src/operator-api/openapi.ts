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
  const document = createDocument({
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
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations as Record<string, Described>)) {
      describe(method, path, operation)
    }
  }
  return document
}

interface Described {
  operationId?: string
  parameters?: object[]
  security?: object[]
  readonly 'x-permission'?: unknown
  readonly 'x-if-match'?: unknown
}

/** What follows from the rules that all routes have in common: nobody writes it a hundred times. */
function describe(method: string, path: string, operation: Described): void {
  operation.operationId =
    method + path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next) => next.toUpperCase())
  if (operation['x-permission'] === 'public') operation.security = []
  const headers = [
    ...(operation['x-if-match'] === true ? [IF_MATCH] : []),
    ...(method === 'post' || method === 'patch' ? [IDEMPOTENCY_KEY] : []),
  ]
  if (headers.length > 0) operation.parameters = [...(operation.parameters ?? []), ...headers]
}

const IF_MATCH = {
  ...{ in: 'header', name: 'If-Match', required: true, schema: { type: 'string' } },
  description: 'The ETag of what was seen; 428 without it, 412 when it is an older one',
}
const IDEMPOTENCY_KEY = {
  ...{ in: 'header', name: 'Idempotency-Key', required: false },
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'A repeated request with the same key takes effect once',
}
