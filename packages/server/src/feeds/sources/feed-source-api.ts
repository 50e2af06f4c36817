import { OPENPGP_KEYS_MAX_CHARACTERS } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, factsSchema, jsonBody, name, seconds } from '../../http/api-schema.ts'
import { pageQuery } from '../../http/page.ts'
import { line } from '../../http/written.ts'
import { FEED_KINDS } from '../feed.ts'
import { inFeed } from '../feed-api.ts'

const EVERY_MIN_SECONDS = 900
const EVERY_MAX_SECONDS = 30 * 86_400

export const sourcesPage = pageQuery(name)

export const newSourceSchema = z
  .strictObject({
    feed: name.meta({ example: 'osv-npm' }),
    kind: z.enum(FEED_KINDS),
    place: line(2000).meta({
      description: 'An https address, or the absolute path of a file or folder on the server',
      example: 'https://mirror.example.org/osv/npm/all.zip',
    }),
    everySeconds: z
      .int()
      .min(EVERY_MIN_SECONDS)
      .max(EVERY_MAX_SECONDS)
      .meta({ description: 'How often', example: 21_600 }),
    digestBeside: z.boolean().default(false).meta({
      description: 'The address has a `.sha256` beside it; what does not fit it is not imported',
    }),
    openPgpKey: z.string().min(1).max(OPENPGP_KEYS_MAX_CHARACTERS).optional().meta({
      description:
        'Armored public keys of the supplier; documents of CSAF that none of them signed are not imported',
    }),
    control: line(500)
      .regex(/^(pkg:|cpe:2\.3:)/, 'must be a purl or a CPE 2.3')
      .optional()
      .meta({ description: 'A component that must be found; without it, the usual one' }),
    controlVulnerability: line(100).optional().meta({ description: 'And with what' }),
  })
  .refine((source) => source.control === undefined || source.controlVulnerability !== undefined, {
    path: ['controlVulnerability'],
    message: 'must say what the component has',
  })
  .refine((source) => source.openPgpKey === undefined || source.kind === 'csaf', {
    path: ['openPgpKey'],
    message: 'is for documents of CSAF: nobody else signs each of them',
  })

const sourceSchema = z
  .object({
    ...{ feed: z.string(), kind: z.enum(FEED_KINDS), place: z.string(), everySeconds: z.int() },
    ...{ digestBeside: z.boolean(), control: z.string().optional() },
    controlVulnerability: z.string().optional(),
    openPgpFingerprints: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of the keys that documents must be signed with' }),
    ...{ setAt: seconds, triedAt: seconds.optional(), nextAt: seconds },
    outcome: z.enum(['imported', 'unchanged', 'failed']).optional(),
    trouble: z.string().optional().meta({ description: 'Why the last try failed' }),
    troubleCode: z.string().optional().meta({ description: 'Of `trouble`', example: 'REFUSED' }),
    troubleFacts: factsSchema.optional(),
    failureCount: z.int().meta({ description: 'In a row' }),
  })
  .meta({ id: 'FeedSource' })

export const feedSourcePaths: ZodOpenApiPathsObject = {
  '/feed-sources': {
    get: {
      summary: 'From where feeds come by themselves, when last and when next',
      ...{ 'x-permission': 'finding.read', 'x-any-product': true },
      requestParams: { query: sourcesPage },
      responses: answers({ 200: { description: 'Sources', schema: z.array(sourceSchema) } }),
    },
    post: {
      summary: 'Say from where a feed comes and how often: all of it anew, and at once',
      ...{ 'x-permission': 'feed.manage', 'x-step-up': true },
      requestBody: jsonBody(newSourceSchema),
      responses: answers({ 201: { description: 'Set', schema: sourceSchema } }),
    },
  },
  '/feed-sources/{feed}': {
    delete: {
      summary: 'Take in a feed by itself no more; what was imported stays',
      ...{ 'x-permission': 'feed.manage', 'x-step-up': true },
      requestParams: { path: inFeed },
      responses: answers({ 204: { description: 'Removed' } }),
    },
  },
}
