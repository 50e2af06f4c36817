import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, name, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { httpsAddress, line, words, wordsOrNone } from '../http/written.ts'
import { ACTOR_IDS, LEVELS, SAFETY_LEVELS, STAGES, STRIDE, TREATMENTS } from './risk.ts'

const WORDS_MAX_CHARACTERS = 2_000
const LINKS_MAX_COUNT = 30

const said = words(WORDS_MAX_CHARACTERS)
const note = wordsOrNone(WORDS_MAX_CHARACTERS)
const evidence = z
  .array(httpsAddress.meta({ example: 'https://lumen.example/reports/pentest-2026.pdf' }))
  .max(LINKS_MAX_COUNT)
const tests = z.array(line()).max(LINKS_MAX_COUNT)

const fields = {
  asset: line(),
  actor: z.enum(ACTOR_IDS),
  threat: said,
  stride: z.enum(STRIDE),
  vulnerability: said,
  likelihood: z.enum(LEVELS),
  impact: z.enum(LEVELS),
  safetyImpact: z.enum(SAFETY_LEVELS).meta({ description: 'To health and life' }),
  treatment: z.enum(TREATMENTS),
  measure: said.meta({ description: 'How it is treated, or why it is accepted' }),
  residual: z.enum(LEVELS),
  owner: line(),
  stage: z.enum(STAGES),
}
const riskId = name.meta({ example: 'firmware-rollback' })

export const newRiskSchema = z
  .strictObject({ id: riskId, ...fields, evidence: evidence.default([]), tests: tests.default([]) })
  .meta({ id: 'NewRisk' })

export const riskChangeSchema = z
  .strictObject({ ...fields, evidence, tests })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must name what is to be changed')
  .meta({ id: 'RiskChange' })

const riskSchema = z
  .object({
    ...{ id: riskId, ...fields, evidence, tests },
    level: z.enum(LEVELS).meta({ description: 'Of likelihood and the worse impact' }),
    ...{ revision: z.int(), changedAt: seconds, changedBy: z.string() },
  })
  .meta({ id: 'Risk' })

const day = z.iso.date().meta({ example: '2099-11-21' })
export const newAssessmentSchema = z
  .strictObject({ reviewer: line(), nextReviewOn: day, note: note.default('') })
  .meta({ id: 'NewRiskAssessment' })

const assessmentHeadSchema = z
  .object({
    ...{ version: z.int(), at: seconds, by: z.string(), reviewer: z.string() },
    ...{ nextReviewOn: day, note: z.string(), riskCount: z.int() },
    isOverdue: z.boolean(),
  })
  .meta({ id: 'RiskAssessment' })
const assessmentSchema = assessmentHeadSchema
  .extend({ risks: z.array(riskSchema) })
  .meta({ id: 'RiskAssessmentInFull' })

const statusSchema = z
  .object({
    ...{ risks: z.int(), high: z.int() },
    highWithoutEvidence: z.array(z.string()).meta({ description: 'Ids of high risks' }),
    assessment: z.int().optional().meta({ description: 'The newest version' }),
    ...{ reviewedAt: seconds.optional(), nextReviewOn: day.optional() },
    isOverdue: z.boolean(),
    isChangedSince: z.boolean().meta({ description: 'Risks changed after the review' }),
  })
  .meta({ id: 'RiskStatus' })

const versionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const inRisk = inProduct.extend({ risk: riskId })
export const inAssessment = inProduct.extend({ version: versionNumber })
export const risksPage = pageQuery(riskId)
export const assessmentsPage = pageQuery(versionNumber)

const read = { 'x-permission': 'product.read' } as const
const manage = { 'x-permission': 'product.manage' } as const
const ALL = '/products/{product}/risks'
const ASSESSMENTS = '/products/{product}/risk-assessments'

export const riskPaths: ZodOpenApiPathsObject = {
  [ALL]: {
    get: {
      summary: 'The risks of a product',
      ...read,
      requestParams: { path: inProduct, query: risksPage },
      responses: answers({ 200: { description: 'Risks', schema: z.array(riskSchema) } }),
    },
    post: {
      summary: 'Add a risk',
      ...manage,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newRiskSchema),
      responses: answers({ 201: { description: 'Added', schema: riskSchema } }),
    },
  },
  [`${ALL}/{risk}`]: {
    get: {
      summary: 'A risk',
      ...read,
      requestParams: { path: inRisk },
      responses: answers({ 200: { description: 'The risk', schema: riskSchema } }),
    },
    patch: {
      summary: 'Change a risk',
      ...{ ...manage, 'x-if-match': true },
      requestParams: { path: inRisk },
      requestBody: jsonBody(riskChangeSchema),
      responses: answers({ 200: { description: 'Changed', schema: riskSchema } }),
    },
    delete: {
      summary: 'Remove a risk; assessments that name it keep it',
      ...{ ...manage, 'x-if-match': true },
      requestParams: { path: inRisk },
      responses: answers({ 204: { description: 'Removed' } }),
    },
  },
  [ASSESSMENTS]: {
    get: {
      summary: 'Reviews of the risks, the newest first',
      ...read,
      requestParams: { path: inProduct, query: assessmentsPage },
      responses: answers({
        200: { description: 'Assessments', schema: z.array(assessmentHeadSchema) },
      }),
    },
    post: {
      summary: 'Write down that somebody reviewed the risks as they are',
      ...manage,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newAssessmentSchema),
      responses: answers({ 201: { description: 'Kept', schema: assessmentHeadSchema } }),
    },
  },
  [`${ASSESSMENTS}/{version}`]: {
    get: {
      summary: 'An assessment, with the risks as they were',
      ...read,
      requestParams: { path: inAssessment },
      responses: answers({ 200: { description: 'The assessment', schema: assessmentSchema } }),
    },
  },
  '/products/{product}/risk-status': {
    get: {
      summary: 'What of the risks somebody has to see to',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The status', schema: statusSchema } }),
    },
  },
}
