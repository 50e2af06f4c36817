import { CVE_ID } from '@fleetward/vulnerability'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, productName, seconds, sha256, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line, words } from '../http/written.ts'
import { NOTICE_AUDIENCES } from './case-notice.ts'
import { time, valuesSchema } from './sheet-fields.ts'

const WORDS_MAX_CHARACTERS = 8_000
/** It goes out as an event, too. */
const NOTICE_MAX_CHARACTERS = 4_000
const LIST_MAX_COUNT = 50

const said = words(WORDS_MAX_CHARACTERS)
const notice = words(NOTICE_MAX_CHARACTERS)
const cve = z.string().regex(CVE_ID, 'must be a CVE id').meta({ example: 'CVE-2021-21315' })
const cves = z.array(cve).max(LIST_MAX_COUNT)
const versions = z.array(version).max(LIST_MAX_COUNT)
const kind = z.enum(['vulnerability', 'incident'])
const stage = z.enum(['earlyWarning', 'notification', 'finalReport'])
export const caseId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .meta({ example: '0f3a5c7e9b1d2468' })
export const inCase = z.object({ id: caseId })

const zone = z
  .string()
  .max(64)
  .refine(isZone, 'must be a time zone such as Europe/Berlin')
  .meta({ description: "The CSIRT's, for the end of a month", example: 'Europe/Berlin' })

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const at = time.optional().meta({ description: 'Of a drill: when it counts, instead of now' })

export const newCaseSchema = z
  .strictObject({
    product: productName,
    kind,
    title: line(),
    cves: cves.default([]),
    versions: versions.default([]).meta({ description: 'That are affected' }),
    fixedVersion: version.optional(),
    zone: zone.default('UTC'),
    firstSignalAt: time.optional().meta({ description: 'A sign is not yet awareness' }),
    isDrill: z.boolean().default(false),
    at,
  })
  .meta({ id: 'NewCase' })

const submission = { stage, submittedAt: time, reference: line() }

/** What can be recorded of a case. */
export const actSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('noted'), text: said, at }),
    z.strictObject({
      ...{ type: z.literal('exploitedMarked'), evidence: said, since: time.optional(), at },
    }),
    z.strictObject({
      ...{ type: z.literal('severeMarked'), evidence: said, since: time.optional(), at },
    }),
    z.strictObject({ type: z.literal('markTakenBack'), reason: said, at }),
    z.strictObject({ type: z.literal('awarenessSet'), awareAt: time, evidence: said, at }),
    z.strictObject({ type: z.literal('measureAvailable'), availableAt: time, measure: said, at }),
    z.strictObject({
      ...{ type: z.literal('submitted'), ...submission },
      includesNotification: z.boolean().optional().meta({ description: 'Of an early warning' }),
      proofSha256: sha256.optional(),
      values: valuesSchema
        .optional()
        .meta({ description: 'What was submitted; without, what the sheet says at this moment' }),
      at,
    }),
    z.strictObject({
      ...{ type: z.literal('intermediateRequested'), requestedBy: line(), dueAt: time.optional() },
      at,
    }),
    z.strictObject({
      ...{ type: z.literal('intermediateSubmitted'), request: z.int().min(1).max(1_000) },
      ...{ submittedAt: time, reference: line(), proofSha256: sha256.optional(), at },
    }),
    z.strictObject({
      type: z.literal('corrected'),
      correction: z.discriminatedUnion('of', [
        z.strictObject({ of: z.enum(['awareAt', 'measureAvailableAt', 'occurredAt']), to: time }),
        z.strictObject({ of: z.literal('submission'), ...submission }),
      ]),
      ...{ reason: said, at },
    }),
    z.strictObject({ type: z.literal('fieldsSet'), values: valuesSchema, at }),
    z.strictObject({
      type: z.literal('severityAnswered'),
      question: z.enum(['protectionAffected', 'protectionCapable', 'codeLed', 'codeCapable']),
      ...{ answer: z.enum(['yes', 'no', 'unknown']), reason: said, at },
    }),
    z.strictObject({
      type: z.literal('scopeSet'),
      ...{ cves: cves.optional(), versions: versions.optional() },
      ...{ fixedVersion: version.optional(), at },
    }),
    z.strictObject({
      type: z.literal('usersTold'),
      audience: z.enum(NOTICE_AUDIENCES).meta({
        description: 'Owners of affected devices, of all of the product, or of all products',
      }),
      ...{ text: notice, channel: line().meta({ example: 'e-mail to customers' }), at },
    }),
    z.strictObject({ type: z.literal('closed'), reason: said, at }),
  ])
  .meta({ id: 'CaseAct' })
export type CaseAct = z.output<typeof actSchema>

export const caseQuery = pageQuery(caseId).extend({
  state: z.enum(['open', 'closed']).optional(),
})
const atQuery = z.coerce.number().int().min(0).optional()
export const readQuery = z.strictObject({
  at: atQuery.meta({ description: 'Of a drill: as it looks at this time' }),
})
export const sheetQuery = z.strictObject({
  stage,
  format: z.enum(['json', 'text', 'html']).default('json'),
})

const caseFields = {
  ...{ id: caseId, product: productName, kind, title: z.string(), cves: z.array(z.string()) },
  ...{ versions: z.array(z.string()), fixedVersion: z.string().optional(), zone: z.string() },
  ...{ isDrill: z.boolean(), openedAt: seconds, closedAt: seconds.optional() },
  ...{ dueAt: seconds.optional().meta({ description: 'What is due next' }), revision: z.int() },
}
const summary = z.object(caseFields).meta({ id: 'Case' })
const clock = z
  .object({
    stage: z.enum(['earlyWarning', 'notification', 'finalReport', 'intermediate']),
    anchor: z.enum(['awareness', 'measureAvailable', 'notificationSubmitted', 'request']),
    anchorAt: seconds.optional(),
    dueAt: seconds.optional(),
    latestReadingAt: seconds.optional(),
    state: z.enum(['notStarted', 'running', 'overdue', 'submitted', 'late', 'alreadyProvided']),
    submittedAt: seconds.optional(),
    lateBySeconds: z.int(),
    waitsFor: z.string().optional().meta({ description: 'Why it has not started' }),
  })
  .meta({ id: 'CaseClock' })
export const caseInFull = z
  .object({
    ...caseFields,
    now: seconds.meta({ description: 'The time that the clocks are read at' }),
    firstSignalAt: seconds.optional(),
    isReportable: z.boolean().meta({ description: 'Marked as actively exploited, or severe' }),
    awareAt: seconds.optional(),
    occurredAt: seconds.optional(),
    measureAvailableAt: seconds.optional(),
    severity: z
      .object({
        severe: z.enum(['yes', 'no', 'open']),
        limbs: z.array(z.enum(['a', 'b'])),
        questions: z.array(
          z.object({ id: z.string(), text: z.string(), answer: z.string().optional() }),
        ),
      })
      .optional()
      .meta({ description: 'Of an incident: Art. 14(5)' }),
    clocks: z.array(clock),
    events: z.array(
      z.object({
        ...{ position: z.int(), at: seconds, recordedAt: seconds, by: z.string() },
        ...{ name: z.string(), type: z.string(), facts: z.record(z.string(), z.unknown()) },
      }),
    ),
  })
  .meta({ id: 'CaseInFull' })
const sheetAnswer = z
  .object({
    ...{ case: caseId, catalogue: z.string(), kind, stage, isDrill: z.boolean() },
    recipient: z
      .object({
        state: z.enum(['known', 'open', 'none']),
        ...{ csirtOf: z.string().optional(), question: z.string().optional() },
        rule: z.string().optional(),
      })
      .meta({ description: 'Beside ENISA: Art. 14(7)' }),
    canBeSubmitted: z.boolean(),
    ...{ missing: z.array(z.string()), overLong: z.array(z.string()) },
    ...{ invalid: z.array(z.string()), expectedByLaw: z.array(z.string()) },
    rows: z.array(z.record(z.string(), z.unknown())),
    text: z.string().meta({ description: 'The sheet for a terminal' }),
  })
  .meta({ id: 'CaseSheet' })

const READ = { 'x-permission': 'case.read', 'x-any-product': true } as const
const MANAGED = { 'x-permission': 'case.manage', 'x-any-product': true } as const

export const casePaths: ZodOpenApiPathsObject = {
  '/cases': {
    get: {
      summary: 'Cases of Article 14, the newest first',
      ...READ,
      requestParams: { query: caseQuery },
      responses: answers({ 200: { description: 'A page', schema: z.array(summary) } }),
    },
    post: {
      summary: 'Open a case',
      ...MANAGED,
      requestBody: jsonBody(newCaseSchema),
      responses: answers({ 201: { description: 'Opened', schema: caseInFull } }),
    },
  },
  '/cases/{id}': {
    get: {
      summary: 'A case with its clocks and all that was recorded',
      ...READ,
      requestParams: { path: inCase, query: readQuery },
      responses: answers({ 200: { description: 'The case', schema: caseInFull } }),
    },
  },
  '/cases/{id}/events': {
    post: {
      summary: 'Record what happened, what somebody decided or what was submitted',
      ...MANAGED,
      'x-if-match': true,
      requestParams: { path: inCase },
      requestBody: jsonBody(actSchema),
      responses: answers({ 200: { description: 'Recorded', schema: caseInFull } }),
    },
  },
  '/cases/{id}/sheet': {
    get: {
      summary: "What is copied into ENISA's portal at one stage, in its order",
      ...READ,
      requestParams: { path: inCase, query: sheetQuery },
      responses: answers({
        200: { description: 'The sheet; also as text or HTML', schema: sheetAnswer },
      }),
    },
  },
}
