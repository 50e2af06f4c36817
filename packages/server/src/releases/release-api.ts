import { RELEASE_KINDS } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, productName, seconds, sha256, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { NAMED_MAX_COUNT } from './installed-on.ts'
import { UPLOADED_ROLES } from './role.ts'

export const inRole = z.object({ product: productName, role: z.enum(UPLOADED_ROLES) })
export const inFile = z.object({ product: productName, sha256 })
export const inRelease = z.object({ product: productName, version })

const role = z.enum(UPLOADED_ROLES)

const publishedSchema = z.object({ role, version: z.int() }).meta({ id: 'PublishedMetadata' })

const stagedSchema = z
  .object({
    role,
    version: z.int(),
    missing: z
      .array(z.object({ path: z.string(), sha256, length: z.int() }))
      .meta({ description: 'Files to upload; the metadata is published with the last one' }),
    signAnew: z.array(role).meta({
      description: 'Roles that this metadata gives other keys: sign and upload them as well',
    }),
  })
  .meta({ id: 'StagedMetadata' })

const releaseSchema = z
  .object({
    version,
    line: z.string(),
    kind: z.enum(RELEASE_KINDS),
    securityCounter: z.int(),
    path: z.string(),
    sha256,
    length: z.int(),
    compatible: z.array(z.string()),
    fixes: z.array(z.string()),
    advisories: z.array(z.string()),
    notes: z.string(),
    releasedAt: seconds,
    publishedAt: seconds,
    listed: z.boolean().meta({ description: 'Whether the current metadata lists it' }),
    withdrawnAt: seconds.optional(),
    entitlement: z
      .string()
      .optional()
      .meta({ description: 'What a device needs to be offered it' }),
    retainedUntil: seconds
      .optional()
      .meta({ description: 'Of what mends security: until then nobody deletes it' }),
  })
  .meta({ id: 'Release' })

const releaseInFullSchema = releaseSchema
  .omit({ publishedAt: true })
  .extend({
    publishedAt: seconds.optional().meta({ description: 'Missing: it waits for publication' }),
    ...{ installer: z.string(), format: z.string(), installedSize: z.int() },
    ...{ base: version.optional(), minimumVersion: version.optional() },
    combinedReason: z.string().optional(),
    sha512: z.string().optional(),
    chunks: z.object({ path: z.string(), sha256 }),
    sbom: z.object({ path: z.string(), sha256 }),
  })
  .meta({ id: 'ReleaseInFull' })

const withdrawnSchema = releaseSchema
  .extend({
    freed: z
      .array(z.object({ version, entitlement: z.string() }))
      .meta({ description: 'Asked for an entitlement, and would have stood before a fix' }),
    installedOn: z
      .object({
        count: z.int(),
        devices: z
          .array(z.string())
          .max(NAMED_MAX_COUNT)
          .meta({ description: `The first ${NAMED_MAX_COUNT} of them, by id` }),
        filter: z.string().meta({ description: 'Lists all of them' }),
      })
      .optional(),
  })
  .meta({ id: 'WithdrawnRelease' })

const bytesBody = (...types: string[]) => ({
  required: true,
  content: Object.fromEntries(
    types.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]),
  ),
})

export const releaseQuery = pageQuery(version)

export const releasePaths: ZodOpenApiPathsObject = {
  '/products/{product}/metadata/{role}': {
    put: {
      summary: 'Upload signed metadata',
      'x-permission': 'release.publish',
      requestParams: { path: inRole },
      requestBody: bytesBody('application/json'),
      responses: answers({
        200: { description: 'Published', schema: publishedSchema },
        202: { description: 'Verified; waits for files or for other roles', schema: stagedSchema },
      }),
    },
  },
  '/products/{product}/files/{sha256}': {
    put: {
      summary: 'Upload a file that verified metadata lists',
      'x-permission': 'release.publish',
      requestParams: { path: inFile },
      requestBody: bytesBody('application/octet-stream'),
      responses: answers({
        200: { description: 'Stored', schema: z.object({ sha256, length: z.int() }) },
      }),
    },
  },
  '/products/{product}/releases': {
    get: {
      summary: 'All releases ever published',
      'x-permission': 'release.read',
      requestParams: { path: inProduct, query: releaseQuery },
      responses: answers({ 200: { description: 'Releases', schema: z.array(releaseSchema) } }),
    },
  },
  '/products/{product}/releases/{version}': {
    get: {
      summary: 'A release as it was signed, published or waiting for it',
      'x-permission': 'release.read',
      requestParams: { path: inRelease },
      responses: answers({ 200: { description: 'The release', schema: releaseInFullSchema } }),
    },
    delete: {
      summary: 'Refused: says until when a security release has to stay',
      description: 'Published versions stay; what is not to be offered any more is withdrawn.',
      'x-permission': 'release.withdraw',
      requestParams: { path: inRelease },
      responses: answers({}),
    },
  },
  '/products/{product}/releases/{version}/withdraw': {
    post: {
      summary: 'Stop offering a release; withdraws all its rollouts',
      description:
        'Devices that have not installed it never will; those that have are listed, for who may read devices.',
      'x-permission': 'release.withdraw',
      'x-step-up': true,
      requestParams: { path: inRelease },
      responses: answers({ 200: { description: 'Withdrawn', schema: withdrawnSchema } }),
    },
  },
}
