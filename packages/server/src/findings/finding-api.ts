import { JUSTIFICATIONS } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line, words } from '../http/written.ts'
import { RATINGS } from './finding.ts'

const findingId = z
  .string()
  .regex(/^[0-9a-f-]{36}$/)
  .meta({ example: '01234567-89ab-4cde-8f01-23456789abcd' })
export const inFinding = inProduct.extend({ finding: findingId })
export const inVersion = inProduct.extend({ version })

const LEAST = RATINGS.filter((rating) => rating !== 'unknown')
export const findingQuery = pageQuery(findingId).extend({
  severity: z.enum(LEAST).optional().meta({
    description: 'At least; what no vector rates is among them, for it may be that bad',
  }),
  exploited: z.enum(['true', 'false']).optional(),
  release: version.optional().meta({ description: 'In this release now' }),
  vulnerability: z.string().max(100).optional().meta({ description: 'By any of its names' }),
  ended: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Those that are over too' }),
})

const prose = words()
const releases = z.array(version).min(1).max(500).optional().meta({
  description: 'In which of its releases; without it, in all that it is in now',
})
const said = { note: prose.optional(), releases }
export const decisionSchema = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('not_affected'),
      justification: z.enum(JUSTIFICATIONS),
      ...said,
    }),
    z.strictObject({ status: z.literal('affected'), action: prose, ...said }),
    z.strictObject({ status: z.literal('fixed'), inVersion: version, ...said }),
    z.strictObject({ status: z.literal('under_investigation'), ...said }),
    z.strictObject({
      ...{ status: z.literal('accepted'), acceptedBy: line(200) },
      ...{ reason: prose, until: seconds, action: prose, ...said },
    }),
  ])
  .meta({ id: 'FindingDecision' })

const statementSchema = z
  .object({
    ...{ id: z.string(), revision: z.int(), vulnerability: z.string() },
    ...{ aliases: z.array(z.string()), products: z.array(z.string()) },
    components: z.array(z.string()),
    verdict: z.record(z.string(), z.unknown()),
    by: z.record(z.string(), z.unknown()),
    ...{ at: seconds, note: z.string().optional() },
  })
  .meta({ id: 'VexStatement' })

const findingFields = {
  ...{ id: findingId, component: z.string(), componentName: z.string() },
  vulnerability: z.string().meta({ description: 'A CVE where there is one' }),
  names: z.array(z.string()),
  upstream: z.array(z.string()).meta({ description: 'Holes that its record takes up' }),
  summary: z.string(),
  rating: z.enum(RATINGS).meta({ description: 'By the vectors alone' }),
  ...{ score: z.number().optional(), vector: z.string().optional() },
  isExploited: z.boolean(),
  exploitedAt: seconds.optional().meta({ description: 'Since when it is known here' }),
  ...{ epss: z.number().optional(), epssPercentile: z.number().optional() },
  ...{ firstSeenAt: seconds, lastSeenAt: seconds, endedAt: seconds.optional() },
  answers: z
    .array(z.object({ version: z.string(), status: z.string().optional() }))
    .meta({ description: 'Of each release that it is in: what counts; without a status, nothing' }),
}
const findingSchema = z.object(findingFields).meta({ id: 'Finding' })
const findingInFullSchema = z
  .object({
    ...findingFields,
    statements: z.array(statementSchema).meta({ description: 'All that persons said of it' }),
    suggestions: z.array(statementSchema).meta({ description: 'What imports say' }),
    releases: z.array(
      z.object({
        ...{ version: z.string(), ref: z.string(), componentVersion: z.string().optional() },
        purl: z.string().optional(),
        why: z.array(
          z.object({
            ...{ record: z.string(), source: z.string() },
            because: z.record(z.string(), z.unknown()),
          }),
        ),
        ...{ firstSeenAt: seconds, lastSeenAt: seconds, endedAt: seconds.optional() },
      }),
    ),
  })
  .meta({ id: 'FindingInFull' })

const counts = z.record(z.string(), z.int())
const coverageSchema = z
  .object({
    version: z.string(),
    state: z.enum(['matched', 'waiting', 'withdrawn', 'unreadable']),
    why: z.string().optional(),
    matchedAt: seconds.optional(),
    isCurrent: z.boolean().meta({ description: 'Matched with the feeds as they are' }),
    sbom: z
      .object({
        ...{ sha256: z.string(), format: z.string(), formatVersion: z.string() },
        ...{ componentsCount: z.int(), depth: z.record(z.string(), z.int()) },
        quality: z.record(
          z.string(),
          z.object({
            passed: z.boolean(),
            failed: z.array(z.object({ check: z.string(), asked: z.int(), met: z.int() })),
            coverage: z.number(),
          }),
        ),
      })
      .optional(),
    coverage: z
      .object({
        ...{ componentCount: z.int(), lookedUpCount: z.int(), sourceAssumedCount: z.int() },
        notLookedUp: z.array(
          z.object({
            ...{ name: z.string(), version: z.string().optional() },
            obstacles: z.array(z.object({ reason: z.string(), identifier: z.string() })),
          }),
        ),
        notLookedUpCounts: counts,
        undecided: z.array(
          z.object({
            ...{ name: z.string(), version: z.string().optional(), vulnerability: z.string() },
            ...{ reason: z.string(), detail: z.string() },
          }),
        ),
        undecidedCounts: counts,
      })
      .optional(),
  })
  .meta({ id: 'ReleaseCoverage', description: 'What of a release was looked up, and what was not' })

const read = { 'x-permission': 'finding.read' } as const

export const findingPaths: ZodOpenApiPathsObject = {
  '/products/{product}/findings': {
    get: {
      summary: 'Vulnerabilities in what was released, what is exploited first',
      ...read,
      requestParams: { path: inProduct, query: findingQuery },
      responses: answers({ 200: { description: 'Findings', schema: z.array(findingSchema) } }),
    },
  },
  '/products/{product}/findings/{finding}': {
    get: {
      summary: 'A finding, the releases it is in, and why',
      ...read,
      requestParams: { path: inFinding },
      responses: answers({ 200: { description: 'The finding', schema: findingInFullSchema } }),
    },
  },
  '/products/{product}/findings/{finding}/decide': {
    post: {
      summary: 'Say what a finding means in its releases; the latest word on a release counts',
      ...{ 'x-permission': 'finding.decide', 'x-step-up': true, 'x-if-match': true },
      requestParams: { path: inFinding },
      requestBody: jsonBody(decisionSchema),
      responses: answers({ 200: { description: 'Decided', schema: findingInFullSchema } }),
    },
  },
  '/products/{product}/releases/{version}/coverage': {
    get: {
      summary: 'What of a release’s SBOM was looked up in the feeds, and what could not be',
      ...read,
      requestParams: { path: inVersion },
      responses: answers({ 200: { description: 'Coverage', schema: coverageSchema } }),
    },
  },
}
