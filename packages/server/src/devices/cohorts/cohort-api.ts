/** Cohorts, their rules and saved filters, as the operator API words them. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, name, productName, seconds } from '../../http/api-schema.ts'
import { pageQuery } from '../../http/page.ts'
import { wordsOrNone } from '../../http/written.ts'
import { filterText } from '../device-api.ts'
import { COHORT_RULES_MAX_COUNT } from './cohort-rules.ts'

const description = wordsOrNone(500).meta({ description: 'For people' })

export const inCohort = z.object({ product: productName, cohort: name })
export const inFilter = z.object({ product: productName, filter: name })

export const nameQuerySchema = pageQuery(name)

export const newCohortSchema = z
  .strictObject({ name, description: description.default('') })
  .meta({ id: 'NewCohort' })
export const cohortChangeSchema = z.strictObject({ description }).meta({ id: 'CohortChange' })

const cohortSchema = z
  .object({
    name,
    description,
    rule: z.string().optional().meta({ description: 'The filter that puts devices into it' }),
    place: z.int().optional().meta({ description: 'Of that among the rules, from 0' }),
    devices: z.int(),
  })
  .meta({ id: 'Cohort' })

const ruleSchema = z.strictObject({ cohort: name, filter: filterText })

export const rulesSchema = z
  .strictObject({
    rules: z
      .array(ruleSchema)
      .max(COHORT_RULES_MAX_COUNT)
      .refine(
        (rules) => new Set(rules.map(({ cohort }) => cohort)).size === rules.length,
        'a cohort has one rule; join filters with or',
      )
      .meta({ description: 'In their order: the first that means a device decides' }),
  })
  .meta({ id: 'CohortRules' })

const previewSchema = z
  .object({
    rules: z.array(
      z.object({ cohort: name, moves: z.int().meta({ description: 'Devices it would move' }) }),
    ),
  })
  .meta({ id: 'CohortRulesPreview' })

export const newFilterSchema = z
  .strictObject({ name, filter: filterText, description: description.default('') })
  .meta({ id: 'NewFilter' })
export const filterChangeSchema = z
  .strictObject({
    name: name.optional().meta({ description: 'What it is called from now on' }),
    filter: filterText.optional(),
    description: description.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name what is to be changed')
  .meta({ id: 'FilterChange' })

const filterSchema = z
  .object({
    name,
    filter: z.string(),
    description,
    savedAt: seconds,
    savedBy: z.string().meta({ description: 'An account' }),
  })
  .meta({ id: 'SavedFilter' })

const read = { 'x-permission': 'device.read' } as const
const manage = { 'x-permission': 'device.manage' } as const

export const cohortPaths: ZodOpenApiPathsObject = {
  '/products/{product}/cohorts': {
    get: {
      summary: 'All cohorts, by name',
      ...read,
      requestParams: { path: inProduct, query: nameQuerySchema },
      responses: answers({ 200: { description: 'Cohorts', schema: z.array(cohortSchema) } }),
    },
    post: {
      summary: 'Make a cohort',
      description: 'One that a device is assigned to, or a token names, is made by that.',
      ...manage,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newCohortSchema),
      responses: answers({ 201: { description: 'The cohort', schema: cohortSchema } }),
    },
  },
  '/products/{product}/cohorts/{cohort}': {
    get: {
      summary: 'One cohort',
      ...read,
      requestParams: { path: inCohort },
      responses: answers({ 200: { description: 'The cohort', schema: cohortSchema } }),
    },
    patch: {
      summary: 'Describe it otherwise',
      description: 'With If-Match and its ETag, only what was seen.',
      ...manage,
      requestParams: { path: inCohort },
      requestBody: jsonBody(cohortChangeSchema),
      responses: answers({ 200: { description: 'The cohort', schema: cohortSchema } }),
    },
    delete: {
      summary: 'Delete a cohort without devices and without a rule',
      ...manage,
      requestParams: { path: inCohort },
      responses: answers({ 204: { description: 'Done' } }),
    },
  },
  '/products/{product}/cohort-rules': {
    get: {
      summary: 'The rules that put devices into cohorts, in their order',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The rules', schema: rulesSchema } }),
    },
    post: {
      summary: 'Set all rules',
      description:
        'Devices move within a minute or so; pinned ones stay. A device that no rule means stays where it is.',
      ...manage,
      'x-if-match': true,
      requestParams: { path: inProduct },
      requestBody: jsonBody(rulesSchema),
      responses: answers({ 200: { description: 'The rules', schema: rulesSchema } }),
    },
  },
  '/products/{product}/cohort-rules/preview': {
    post: {
      summary: 'How many devices these rules would move',
      ...read,
      requestParams: { path: inProduct },
      requestBody: jsonBody(rulesSchema),
      responses: answers({ 200: { description: 'By rule', schema: previewSchema } }),
    },
  },
  '/products/{product}/filters': {
    get: {
      summary: 'Saved filters, by name',
      ...read,
      requestParams: { path: inProduct, query: nameQuerySchema },
      responses: answers({ 200: { description: 'Filters', schema: z.array(filterSchema) } }),
    },
    post: {
      summary: 'Save a filter',
      ...manage,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newFilterSchema),
      responses: answers({ 201: { description: 'The filter', schema: filterSchema } }),
    },
  },
  '/products/{product}/filters/{filter}': {
    get: {
      summary: 'One saved filter',
      ...read,
      requestParams: { path: inFilter },
      responses: answers({ 200: { description: 'The filter', schema: filterSchema } }),
    },
    patch: {
      summary: 'Change or rename a saved filter',
      ...manage,
      'x-if-match': true,
      requestParams: { path: inFilter },
      requestBody: jsonBody(filterChangeSchema),
      responses: answers({ 200: { description: 'The filter', schema: filterSchema } }),
    },
    delete: {
      summary: 'Delete a saved filter',
      ...manage,
      'x-if-match': true,
      requestParams: { path: inFilter },
      responses: answers({ 204: { description: 'Done' } }),
    },
  },
}
