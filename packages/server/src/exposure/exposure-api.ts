import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { inFinding } from '../findings/finding-api.ts'
import { answers, seconds } from '../http/api-schema.ts'
import { EXPOSED_STATES } from './exposed-state.ts'

export const inVulnerability = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/)
    .meta({ description: 'Any of its names', example: 'CVE-2021-21315' }),
})

export const exposureQuery = z.strictObject({
  offlineAfter: z.coerce
    .number()
    .int()
    .min(3_600)
    .max(365 * 86_400)
    .optional()
    .meta({ description: 'Seconds without a sign after which a device is offline; 3 days' }),
})

const exposedCounts = z.object(
  Object.fromEntries(EXPOSED_STATES.map((state) => [state, z.int()])) as Record<
    (typeof EXPOSED_STATES)[number],
    z.ZodInt
  >,
)
const where = z.object({ name: z.string(), exposed: z.int(), counts: exposedCounts })
const reached = z
  .object({ at: seconds, secondsSinceKnown: z.int(), secondsSinceFix: z.int().optional() })
  .optional()

export const exposureSchema = z
  .object({
    ...{ product: z.string(), vulnerability: z.string(), names: z.array(z.string()) },
    findings: z.array(z.object({ id: z.string(), component: z.string() })),
    isExploited: z.boolean(),
    knownAt: seconds.meta({ description: 'Since when the finding is known here' }),
    asOf: seconds,
    fix: z.object({ version: z.string(), publishedAt: seconds }).optional().meta({
      description: 'The first release published that a device on an affected one can get to',
    }),
    isSupportOver: z.boolean(),
    total: z.int().meta({ description: 'The sum of all counts' }),
    exposed: z.int().meta({ description: 'All but the updated' }),
    counts: exposedCounts.extend({ updated: z.int() }),
    releases: z.array(
      z.object({
        ...{ version: z.string(), devices: z.int(), isWithdrawn: z.boolean() },
        components: z.array(z.object({ name: z.string(), version: z.string().optional() })),
        status: z.string().optional().meta({ description: 'What a person said of it' }),
        fixedBy: z.string().optional(),
      }),
    ),
    cohorts: z.array(where).meta({ description: 'Exposed devices, the largest 100 first' }),
    cohortsLeftOut: z.int(),
    countries: z
      .array(where)
      .meta({ description: 'By the attribute `country`; `unknown` where nobody set it' }),
    notKnown: z
      .object({ neverReported: z.int(), notMatched: z.int(), versions: z.array(z.string()) })
      .meta({ description: 'Devices of which nobody can say; in no other figure' }),
    exposedDeviceDays: z.object({ days: z.number(), isAtLeast: z.boolean() }),
    half: reached.meta({ description: 'When 50 % were protected' }),
    goal: reached.meta({ description: 'When 95 % were protected' }),
    forecast: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('reached'), at: seconds }),
        z.object({ kind: z.literal('expected'), at: seconds, perDay: z.int() }),
        z.object({
          kind: z.literal('none'),
          why: z.enum(['nobodyConcerned', 'noFix', 'outOfReach', 'noProgress', 'tooSlow']),
        }),
      ])
      .meta({ description: 'Of 95 %' }),
    curve: z
      .array(z.object({ at: seconds, exposed: z.int() }))
      .meta({ description: 'How many of the total were exposed when, from when it was known' }),
  })
  .meta({ id: 'Exposure', description: 'docs/exposure.md says what each figure counts' })

const read = { 'x-permission': 'finding.read' } as const

export const exposurePaths: ZodOpenApiPathsObject = {
  '/vulnerabilities/{name}/exposure': {
    get: {
      summary: 'Which devices a vulnerability is on, in every product of yours',
      ...read,
      'x-any-product': true,
      requestParams: { path: inVulnerability, query: exposureQuery },
      responses: answers({
        200: {
          description: 'One exposure for each product that has or had it',
          schema: z.object({
            ...{ vulnerability: z.string(), total: z.int(), exposed: z.int() },
            products: z.array(exposureSchema),
          }),
        },
      }),
    },
  },
  '/products/{product}/findings/{finding}/exposure': {
    get: {
      summary: 'Which devices a finding is on',
      ...read,
      requestParams: { path: inFinding, query: exposureQuery },
      responses: answers({ 200: { description: 'Its exposure', schema: exposureSchema } }),
    },
  },
}
