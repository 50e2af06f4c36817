import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, productName, seconds, sha256 } from '../http/api-schema.ts'
import { UPLOADED_ROLES } from './role.ts'

const ROLES = [...UPLOADED_ROLES, 'snapshot', 'timestamp'] as const

export const inMetadataFile = z.object({
  product: productName,
  file: z
    .string()
    .max(100)
    .meta({ description: 'As TUF names it: `timestamp.json`, `3.root.json`, `7.security.json`' }),
})

const keySchema = z.object({
  keyId: z.string(),
  kind: z.string().optional().meta({ description: 'Missing: of a kind that nobody here verifies' }),
  hasSigned: z.boolean(),
})

const roleStateSchema = z
  .object({
    role: z.enum(ROLES),
    state: z.enum(['published', 'waiting']),
    ...{ version: z.int(), expires: seconds },
    signers: z
      .object({ threshold: z.int(), keys: z.array(keySchema) })
      .optional()
      .meta({ description: 'Missing: the role that delegates to it is not there' }),
    missing: z
      .array(z.object({ path: z.string(), sha256, length: z.int() }))
      .meta({ description: 'Of one that waits: files to upload' }),
    versions: z
      .array(z.string())
      .meta({ description: 'Of one that waits: releases that it would publish' }),
  })
  .meta({ id: 'RoleState' })

const stateSchema = z
  .object({
    roles: z.array(roleStateSchema),
    signAnew: z
      .array(z.enum(UPLOADED_ROLES))
      .meta({ description: 'Roles that what waits gives other keys: to be signed and uploaded' }),
  })
  .meta({ id: 'SigningState', description: 'What is signed by whom, published and waiting' })

export const metadataPaths: ZodOpenApiPathsObject = {
  '/products/{product}/metadata': {
    get: {
      summary: 'Which metadata is published, what waits for publication, and who signed it',
      'x-permission': 'release.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'Each role', schema: stateSchema } }),
    },
  },
  '/products/{product}/metadata/files/{file}': {
    get: {
      summary: 'A file of published metadata, byte by byte as devices get it',
      'x-permission': 'release.read',
      requestParams: { path: inMetadataFile },
      responses: {
        ...answers({}),
        200: {
          description: 'Its bytes',
          content: {
            'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          },
        },
      },
    },
  },
}
