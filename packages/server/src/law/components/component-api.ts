import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../../http/api-schema.ts'
import { PAGE_MAX_COUNT, pageQuery } from '../../http/page.ts'
import { REVIEW_STATES, reviewSchema } from './component-review.ts'

const NAME_MAX_CHARACTERS = 1_000
const NAMES_MAX_COUNT = 500

const componentName = z
  .string()
  .min(1)
  .max(NAME_MAX_CHARACTERS)
  .meta({ description: 'A package URL without version, or a name', example: 'pkg:npm/left-pad' })
const supplierName = z.string().min(1).max(NAME_MAX_CHARACTERS)

export const componentsPage = z.strictObject({
  after: componentName.optional().meta({ description: 'What comes behind this' }),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(100),
  state: z.enum(REVIEW_STATES).optional(),
  supplier: supplierName.optional(),
})
const revisionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const reviewsPage = pageQuery(revisionNumber).extend({ component: componentName })

export const newReviewsSchema = z
  .strictObject({
    components: z.array(componentName).min(1).max(NAMES_MAX_COUNT).optional(),
    supplier: supplierName
      .optional()
      .meta({ description: 'All of this supplier that have no review that holds' }),
    review: reviewSchema,
  })
  .meta({ id: 'NewComponentReviews', description: 'Name components or a supplier, not both' })

const reviewed = {
  review: reviewSchema.optional(),
  version: z.string().optional().meta({ description: 'That was reviewed' }),
  bySupplier: z.string().optional(),
  ...{ reviewedAt: seconds.optional(), reviewedBy: z.string().optional() },
}

const componentSchema = z
  .object({
    ...{ component: componentName, name: z.string(), versions: z.array(z.string()) },
    ...{ supplier: z.string().optional(), licences: z.array(z.string()) },
    state: z.enum(REVIEW_STATES),
    ...reviewed,
  })
  .meta({ id: 'BuiltInComponent' })

const statusSchema = z
  .object({
    release: z.string().optional().meta({ description: 'The newest that is supported' }),
    state: z.enum(['no-release', 'waiting', 'unreadable', 'read']),
    counts: z.record(z.enum(REVIEW_STATES), z.int()),
    suppliers: z
      .array(z.object({ supplier: z.string(), openCount: z.int() }))
      .meta({ description: 'With the most components to be reviewed, the first hundred' }),
    beyondCount: z.int().meta({ description: 'Components beyond what is read of one SBOM' }),
    isComplete: z.boolean(),
  })
  .meta({ id: 'ComponentStatus' })

const takenSchema = z
  .object({
    reviewedCount: z.int(),
    leftCount: z.int().meta({ description: 'Of that supplier, for another request' }),
  })
  .meta({ id: 'ReviewsTaken' })

const reviewRevisionSchema = z
  .object({ revision: z.int(), at: seconds, by: z.string(), ...reviewed })
  .meta({ id: 'ComponentReview' })

const read = { 'x-permission': 'product.read' } as const
const REVIEWS = '/products/{product}/component-reviews'

export const componentPaths: ZodOpenApiPathsObject = {
  '/products/{product}/components': {
    get: {
      summary: 'Third-party components of the newest supported release, and who reviewed them',
      ...read,
      requestParams: { path: inProduct, query: componentsPage },
      responses: answers({ 200: { description: 'By name', schema: z.array(componentSchema) } }),
    },
  },
  '/products/{product}/component-status': {
    get: {
      summary: 'How many components were reviewed, and whose are open',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'Counts', schema: statusSchema } }),
    },
  },
  [REVIEWS]: {
    get: {
      summary: 'Every review of a component, the newest first',
      ...read,
      requestParams: { path: inProduct, query: reviewsPage },
      responses: answers({
        200: { description: 'Reviews', schema: z.array(reviewRevisionSchema) },
      }),
    },
    post: {
      summary: 'Write down what was looked at of components, or of all of a supplier',
      'x-permission': 'product.manage',
      requestParams: { path: inProduct },
      requestBody: jsonBody(newReviewsSchema),
      responses: answers({ 201: { description: 'Kept', schema: takenSchema } }),
    },
  },
}
