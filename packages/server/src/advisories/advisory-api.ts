import { CSAF_MESSAGES_MAX_COUNT } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { ADVISORY_STATES } from './advisory.ts'
import { ADVISORY_LIMITS, contentFields, filledLine, filledText } from './advisory-text.ts'

const DAY_SECONDS = 86_400
/** Longer than any embargo is justified. */
export const HOLD_MAX_SECONDS = 366 * DAY_SECONDS

const advisoryId = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}-\d{4}-\d{4,9}$/, 'must be a tracking id')
  .meta({ example: 'LUMEN-WORKS-2026-0007' })
const reports = z
  .array(z.string().regex(/^[0-9a-f]{16}$/))
  .max(ADVISORY_LIMITS.reports)
  .refine((all) => new Set(all).size === all.length, 'must name each once')
  .meta({ description: 'Of vulnerabilities, from outside' })
const documentVersion = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

export const newAdvisorySchema = z
  .strictObject({
    finding: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'What the server knows of it is filled in' }),
    reports: reports.default([]),
    ...z.object(contentFields).partial().shape,
  })
  .meta({ id: 'NewAdvisory' })

export const advisoryChangeSchema = z
  .strictObject({ ...contentFields, reports })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must name what is to be changed')
  .meta({ id: 'AdvisoryChange' })

export const holdSchema = z
  .strictObject({
    reason: filledText.meta({ example: 'The upstream project publishes on the 27th.' }),
    until: seconds.meta({ description: 'Then somebody is reminded' }),
  })
  .meta({ id: 'AdvisoryHold' })

export const publishSchema = z
  .strictObject({
    when: z.enum(['now', 'fixed']).default('now').meta({
      description: 'fixed: by itself as soon as releases that fix all of it are published',
    }),
    change: filledLine.optional().meta({ description: 'What is new; an update needs it' }),
    withoutFixBecause: filledText
      .optional()
      .meta({ description: 'Why the public has to know before there is a fix' }),
  })
  .meta({ id: 'AdvisoryPublication' })

export const withdrawSchema = z
  .strictObject({ reason: filledText })
  .meta({ id: 'AdvisoryWithdrawal' })

export const vexPublicationSchema = z
  .strictObject({ change: filledLine.default('What was decided since.') })
  .meta({ id: 'VexPublication' })

const summaryFields = {
  ...{ id: advisoryId, product: productName, state: z.enum(ADVISORY_STATES), stateAt: seconds },
  ...{ title: z.string(), rating: z.string().optional(), names: z.array(z.string()) },
  version: z.int().meta({ description: 'Of what is published; 0: nothing is' }),
  publishedAt: seconds.optional(),
  hold: holdSchema.extend({ isOver: z.boolean() }).optional(),
  revision: z.int(),
}
const summarySchema = z.object(summaryFields).meta({ id: 'Advisory' })
const fullSchema = z
  .object({
    ...summaryFields,
    content: z.object(contentFields),
    finding: z.string().optional(),
    reports,
    flaws: z.array(z.string()).meta({ description: 'What keeps it from being published' }),
    unfixed: z
      .array(z.string())
      .meta({ description: 'Vulnerabilities no published release fixes' }),
    versions: z.array(z.object({ version: z.int(), at: seconds, change: z.string() })),
    url: z.string().optional().meta({ description: 'Of the page for people' }),
  })
  .meta({ id: 'AdvisoryInFull' })
const publishedVexSchema = z
  .object({ trackingId: z.string(), version: z.int(), url: z.string() })
  .meta({ id: 'PublishedVex' })
const messageSchema = z
  .object({
    severity: z.enum(['error', 'warning', 'info']),
    test: z.string().meta({
      ...{ description: 'By section 6 of CSAF 2.0; `schema`; `validator`: it could not judge' },
      example: 'mandatory 6.1.9',
    }),
    pointer: z.string().meta({
      ...{ description: 'JSON pointer in the document; empty: the whole' },
      example: '/vulnerabilities/0/scores/0/cvss_v3/baseScore',
    }),
    text: z.string().meta({ description: "The validator's words" }),
  })
  .meta({ id: 'CsafMessage' })
const validationSchema = z
  .object({
    revision: z.int().meta({ description: 'Of the advisory' }),
    version: z
      .int()
      .optional()
      .meta({ description: 'The published one that was judged; none: as it would be now' }),
    isValid: z.boolean().meta({ description: 'No errors' }),
    messages: z
      .array(messageSchema)
      .max(CSAF_MESSAGES_MAX_COUNT)
      .meta({ description: 'Errors first' }),
    counts: z
      .object({ error: z.int(), warning: z.int(), info: z.int() })
      .meta({ description: 'Of all messages' }),
  })
  .meta({ id: 'AdvisoryValidation' })
const treeFileSchema = z
  .object({ path: z.string(), type: z.string(), text: z.string() })
  .meta({ id: 'AdvisoryTreeFile' })

export const inAdvisory = inProduct.extend({ advisory: advisoryId })
export const advisoriesPage = pageQuery(advisoryId)
export const documentQuery = z.strictObject({ version: documentVersion.optional() })
/** Each file may be long. */
const TREE_PAGE_MAX_COUNT = 50
export const treePage = z.strictObject({
  after: z.string().max(300).optional().meta({ description: 'What comes behind this' }),
  limit: z.coerce.number().int().min(1).max(500).default(TREE_PAGE_MAX_COUNT),
})

const READ = { 'x-permission': 'advisory.read' } as const
const MANAGE = { 'x-permission': 'advisory.manage' } as const
const GRAVE = { ...MANAGE, 'x-step-up': true } as const
const ALL = '/products/{product}/advisories'
const full = (description: string) => answers({ 200: { description, schema: fullSchema } })

export const advisoryPaths: ZodOpenApiPathsObject = {
  [ALL]: {
    get: {
      summary: 'Advisories of a product, drafts too, the newest first',
      ...READ,
      requestParams: { path: inProduct, query: advisoriesPage },
      responses: answers({ 200: { description: 'A page', schema: z.array(summarySchema) } }),
    },
    post: {
      summary: 'Draft an advisory, from a finding or from nothing',
      ...MANAGE,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newAdvisorySchema),
      responses: answers({ 201: { description: 'Drafted', schema: fullSchema } }),
    },
  },
  [`${ALL}/{advisory}`]: {
    get: {
      summary: 'An advisory, with what keeps it from being published',
      ...READ,
      requestParams: { path: inAdvisory },
      responses: full('The advisory'),
    },
    patch: {
      summary: 'Write it; what is published stays until it is published again',
      ...{ ...MANAGE, 'x-if-match': true },
      requestParams: { path: inAdvisory },
      requestBody: jsonBody(advisoryChangeSchema),
      responses: full('Changed'),
    },
    delete: {
      summary: 'Drop what was never published',
      ...{ ...MANAGE, 'x-if-match': true },
      requestParams: { path: inAdvisory },
      responses: answers({ 204: { description: 'Dropped' } }),
    },
  },
  [`${ALL}/{advisory}/hold`]: {
    post: {
      summary: 'Hold it back, with a reason and an end',
      ...MANAGE,
      requestParams: { path: inAdvisory },
      requestBody: jsonBody(holdSchema),
      responses: full('Held'),
    },
  },
  [`${ALL}/{advisory}/publish`]: {
    post: {
      summary: 'Publish it, or what was changed since, for everybody and for good',
      ...{ ...GRAVE, 'x-if-match': true },
      requestParams: { path: inAdvisory },
      requestBody: jsonBody(publishSchema),
      responses: full('Published, or scheduled'),
    },
  },
  [`${ALL}/{advisory}/withdraw`]: {
    post: {
      summary: 'Say publicly that it does not hold; it stays readable',
      ...{ ...GRAVE, 'x-if-match': true },
      requestParams: { path: inAdvisory },
      requestBody: jsonBody(withdrawSchema),
      responses: full('Withdrawn'),
    },
  },
  [`${ALL}/{advisory}/document`]: {
    get: {
      summary: 'Its CSAF document: as it would be published now, or a published version',
      ...READ,
      requestParams: { path: inAdvisory, query: documentQuery },
      responses: answers({
        200: { description: 'The document', schema: z.record(z.string(), z.unknown()) },
      }),
    },
  },
  [`${ALL}/{advisory}/validation`]: {
    get: {
      summary: 'What the CSAF validator says of its document',
      ...READ,
      requestParams: { path: inAdvisory, query: documentQuery },
      responses: answers({ 200: { description: 'Judged', schema: validationSchema } }),
    },
  },
  '/products/{product}/vex/publish': {
    post: {
      summary: 'Publish what was decided of the findings, beside the advisories',
      ...GRAVE,
      requestParams: { path: inProduct },
      requestBody: jsonBody(vexPublicationSchema),
      responses: answers({ 200: { description: 'Published', schema: publishedVexSchema } }),
    },
  },
  '/advisories/tree': {
    get: {
      summary: 'Every file that the public finds, for a site elsewhere',
      ...{ ...READ, 'x-any-product': true },
      requestParams: { query: treePage },
      responses: answers({ 200: { description: 'A page', schema: z.array(treeFileSchema) } }),
    },
  },
}
