import { FRESHNESS_CAUSES } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, name, seconds, sha256 } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line, lineOrNone } from '../http/written.ts'
import { FEED_KINDS } from './feed.ts'

export const inFeed = z.object({ feed: name.meta({ example: 'osv-npm' }) })

export const feedsPage = pageQuery(name)

export const importQuery = z
  .strictObject({
    kind: z.enum(FEED_KINDS),
    source: lineOrNone(500).default('').meta({ description: 'Where it is from, for people' }),
    sha256: sha256.optional().meta({ description: 'That the file must have' }),
    control: line(500)
      .regex(/^(pkg:|cpe:2\.3:)/, 'must be a purl or a CPE 2.3')
      .optional()
      .meta({ description: 'A component that must be found; without it, the usual one' }),
    acceptFewer: z.enum(['true', 'false']).default('false').meta({
      description:
        'A person means it to have under half of the records that it had; needs finding.decide and a fresh proof',
    }),
    controlVulnerability: line(100).optional().meta({ description: 'And with what' }),
  })
  .refine((query) => query.control === undefined || query.controlVulnerability !== undefined, {
    path: ['controlVulnerability'],
    message: 'must say what the component has',
  })

const feedSchema = z
  .object({
    ...{ id: z.string(), kind: z.enum(FEED_KINDS), source: z.string() },
    importedAt: seconds,
    sourceDate: z.string().optional().meta({ description: 'When the source says it was made' }),
    records: z.int(),
    sha256: z.string().optional(),
    control: z
      .enum(['hit', 'missed', 'notRun'])
      .meta({ description: 'Whether a known vulnerability was found in it' }),
    controlSentence: z.string(),
    status: z.enum(['fresh', 'stale', 'empty', 'controlFailed']),
    cause: z.enum(FRESHNESS_CAUSES),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    sentence: z.string().meta({ description: 'Status, cause and facts in English' }),
    skippedCount: z.int(),
    skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
    leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
    checkedAgainst: z.array(z.string()),
    signatures: z.enum(['verified', 'notChecked']).optional().meta({
      description: 'Of suppliers’ documents: whether the key of the source was asked for',
    }),
  })
  .meta({ id: 'Feed' })

export const feedPaths: ZodOpenApiPathsObject = {
  '/feeds': {
    get: {
      summary: 'The feeds, how old they are, and what of them was skipped',
      ...{ 'x-permission': 'finding.read', 'x-any-product': true },
      requestParams: { query: feedsPage },
      responses: answers({ 200: { description: 'Feeds', schema: z.array(feedSchema) } }),
    },
  },
  '/feeds/{feed}': {
    put: {
      summary: 'Import a feed from a file: a half import changes nothing',
      'x-permission': 'feed.import',
      requestParams: { path: inFeed, query: importQuery },
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: answers({
        200: { description: 'Imported', schema: feedSchema },
        202: {
          description: 'It takes longer; `GET /feeds` shows it when it is done',
          schema: z.object({ feed: z.string() }),
        },
      }),
    },
  },
}
