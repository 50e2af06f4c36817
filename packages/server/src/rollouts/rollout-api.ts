import {
  ADVISORY_ID_MAX_BYTES,
  isDeviceId,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  NOTICE_URL_MAX_BYTES,
  POLICY_DURATION_MAX_SECONDS,
  SEVERITIES,
} from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { ROLES } from '../accounts/permission.ts'
import { ownWindowSchema } from '../devices/device-api.ts'
import {
  answers,
  factsSchema,
  inProduct,
  jsonBody,
  name,
  productName,
  seconds,
  version,
} from '../http/api-schema.ts'
import { PAGE_MAX_COUNT, pageQuery } from '../http/page.ts'
import { line, lineOrNone, words } from '../http/written.ts'
import {
  deadlineNowSchema,
  loosenedReason,
  newDeadlineSchema,
  termsSchema,
} from './deadlines/deadline-api.ts'
import { COLUMNS } from './engine/progress.ts'
import { ROLLOUT_STATES } from './engine/rollout-state.ts'
import { planSchema } from './plan-api.ts'

const bytesOf = (text: string) => Buffer.byteLength(text)
const duration = z.int().min(0).max(POLICY_DURATION_MAX_SECONDS)

/** Protocol §5.2; durations in seconds. */
export const policySchema = z
  .strictObject({
    apply: z.enum(['automatic', 'ask']).default('automatic'),
    notBefore: seconds.optional(),
    deadline: seconds.optional(),
    postponeUpTo: duration.optional(),
    spread: duration.default(0).meta({ description: 'Seconds over which devices start' }),
    retryAfter: duration
      .default(300)
      .meta({ description: 'Seconds before a transfer is repeated' }),
  })
  .meta({ id: 'Policy' })

export const noticeSchema = z
  .strictObject({
    summary: line(NOTICE_SUMMARY_MAX_BYTES)
      .refine((text) => bytesOf(text) <= NOTICE_SUMMARY_MAX_BYTES, 'is too long')
      .meta({ description: `What the owner is told, at most ${NOTICE_SUMMARY_MAX_BYTES} bytes` }),
    severity: z.enum(SEVERITIES).default('none'),
    advisories: z
      .array(
        line(ADVISORY_ID_MAX_BYTES).refine(
          (id) => bytesOf(id) <= ADVISORY_ID_MAX_BYTES,
          'is too long',
        ),
      )
      .max(NOTICE_ADVISORIES_MAX_COUNT)
      .default([]),
    url: lineOrNone(NOTICE_URL_MAX_BYTES).startsWith('https://').optional(),
  })
  .meta({ id: 'Notice' })

const share = z.number().min(0.0001).max(1).meta({ description: 'Share of the cohort, 0 to 1' })

export const newRolloutSchema = z
  .strictObject({
    release: version,
    cohort: name,
    share: share.optional().meta({ description: 'Without a plan: one group of this share' }),
    plan: planSchema.optional(),
    policy: policySchema
      .extend({
        deadline: seconds.nullable().optional().meta({
          description: 'Without: what the policy of the product gives; null: none',
        }),
      })
      .meta({ id: 'NewPolicy' })
      .prefault({}),
    loosened: z.strictObject({ reason: loosenedReason }).optional().meta({
      description: 'Why the deadline may be later than the policy of the product says',
    }),
    notice: noticeSchema.optional(),
    start: z.boolean().default(true).meta({ description: 'As soon as it is ready' }),
    emergency: z
      .strictObject({ reason: words(500).min(10) })
      .optional()
      .meta({ description: 'A security release goes out unapproved; recorded and shown' }),
  })
  .refine(({ share: one, plan }) => one === undefined || plan === undefined, {
    message: 'name a share or a plan, not both',
    path: ['plan'],
  })
  .meta({ id: 'NewRollout' })

export const widenSchema = z.strictObject({ share }).meta({ id: 'WidenRollout' })

const counts = z.record(z.string(), z.int())

export const troubleSchema = z
  .object({ code: z.string(), says: z.string(), facts: factsSchema.optional() })
  .optional()
  .meta({ description: 'Why it cannot be created as planned' })

const rolloutSchema = z
  .object({
    id: name,
    release: version,
    cohort: name,
    state: z.enum(ROLLOUT_STATES),
    share: share.meta({ description: 'What of the cohort has had its turn' }),
    plan: z.record(z.string(), z.unknown()).meta({ description: 'As RolloutPlan' }),
    openGroup: z.int().meta({ description: 'Index of the last group that is open; -1 before' }),
    authors: z.array(z.string()).meta({ description: 'Accounts that created or changed it' }),
    approval: z.record(z.string(), z.unknown()),
    trouble: troubleSchema,
    attempt: z.int(),
    policy: policySchema,
    terms: termsSchema,
    notice: noticeSchema,
    revision: z.int(),
    startedAt: seconds,
    changedAt: seconds,
  })
  .meta({ id: 'Rollout', description: 'A release offered to a share of a cohort' })

const progressSchema = z
  .object({
    byState: counts,
    waitingFor: counts,
    committed: z.int(),
    failed: z.int(),
    failureCodes: counts,
  })
  .meta({ id: 'RolloutProgress', description: 'Devices that reported about this rollout' })

const columns = z
  .object(Object.fromEntries(COLUMNS.map((column) => [column, z.int()])))
  .meta({ id: 'RolloutColumns', description: 'Each device in exactly one, docs/rollouts.md' })

const explanationSchema = z
  .object({
    rule: z.string(),
    facts: z.record(z.string(), z.unknown()),
    sentence: z.string(),
  })
  .meta({ id: 'Explanation', description: 'One sentence, and the rule that decided' })

const memberSchema = z
  .object({
    device: z.string(),
    column: z.enum(COLUMNS),
    group: z.string(),
    late: z.boolean(),
    held: z.boolean(),
    offeredAt: seconds.optional(),
    endedAt: seconds.optional(),
    code: z.string().optional(),
    /** For who may read devices. */
    ownWindow: ownWindowSchema.optional(),
  })
  .meta({ id: 'RolloutDevice' })

export const memberQuerySchema = z.strictObject({
  column: z.enum(COLUMNS).optional(),
  group: z.string().max(64).optional(),
  after: z.string().refine(isDeviceId, 'must be a device id').optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(100),
})

export const approvalRuleSchema = z
  .strictObject({ count: z.int().min(0).max(10), roles: z.array(z.enum(ROLES)).max(ROLES.length) })
  .refine(({ count, roles }) => count === 0 || roles.length > 0, {
    message: 'name the roles that approve',
    path: ['roles'],
  })
  .meta({ id: 'ApprovalRule', description: 'How many must approve, and in which of their roles' })

export const rolloutQuery = pageQuery(name)

export const inRollout = z.object({ product: productName, id: name })
export const inRolloutDevice = z.object({
  product: productName,
  id: name,
  device: z.string().refine(isDeviceId, 'must be a device id'),
})

const moved = answers({ 200: { description: 'The rollout', schema: rolloutSchema } })
const action = (summary: string, more: object = {}) => ({
  post: {
    ...{ summary, 'x-permission': 'rollout.control', ...more },
    ...{ requestParams: { path: inRollout }, responses: moved },
  },
})

export const rolloutPaths: ZodOpenApiPathsObject = {
  '/products/{product}/rollouts': {
    get: {
      summary: 'All rollouts, the latest first',
      'x-permission': 'rollout.read',
      requestParams: { path: inProduct, query: rolloutQuery },
      responses: answers({ 200: { description: 'Rollouts', schema: z.array(rolloutSchema) } }),
    },
    post: {
      summary: 'Start a rollout',
      'x-permission': 'rollout.plan',
      requestParams: { path: inProduct },
      requestBody: jsonBody(newRolloutSchema),
      responses: answers({ 201: { description: 'Started', schema: rolloutSchema } }),
    },
  },
  '/products/{product}/rollouts/{id}': {
    get: {
      summary: 'A rollout and how far it has come',
      'x-permission': 'rollout.read',
      requestParams: { path: inRollout },
      responses: answers({
        200: {
          description: 'The rollout',
          schema: rolloutSchema
            .extend({
              progress: progressSchema,
              groups: z.array(z.object({ name: z.string(), columns })),
              late: columns,
              deadline: deadlineNowSchema,
              explanation: explanationSchema,
            })
            .meta({ id: 'RolloutInFull' }),
        },
      }),
    },
    patch: {
      summary: 'Widen the share; it never shrinks',
      ...{ 'x-permission': 'rollout.control', 'x-if-match': true },
      requestParams: { path: inRollout },
      requestBody: jsonBody(widenSchema),
      responses: moved,
    },
  },
  '/products/{product}/rollouts/{id}/start': action('Start what is ready'),
  '/products/{product}/rollouts/{id}/pause': action('Let no further device start'),
  '/products/{product}/rollouts/{id}/resume': action('Go on'),
  '/products/{product}/rollouts/{id}/stop': action('Stop it, as it stops itself'),
  '/products/{product}/rollouts/{id}/retry': action('Let devices on which it failed try again'),
  '/products/{product}/rollouts/{id}/open-next-group': action('Open the next group now'),
  '/products/{product}/rollouts/{id}/withdraw': action('Take the offer back, for good'),
  '/products/{product}/rollouts/{id}/deadline': action(
    'Set another deadline; a later one needs its reason',
    { 'x-if-match': true, requestBody: jsonBody(newDeadlineSchema) },
  ),
  '/products/{product}/rollouts/{id}/approve': action(
    'Approve it as it was seen, as somebody else than its authors',
    {
      'x-permission': 'rollout.approve',
      'x-if-match': true,
    },
  ),
  '/products/{product}/rollouts/{id}/seen': action(
    'Say that a second person has looked at an emergency',
    {
      'x-permission': 'rollout.approve',
    },
  ),
  '/products/{product}/rollouts/{id}/devices': {
    get: {
      summary: 'Its devices, each with its column, by id',
      'x-permission': 'rollout.read',
      requestParams: { path: inRollout, query: memberQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(memberSchema) } }),
    },
  },
  '/products/{product}/rollouts/{id}/devices/{device}/explain': {
    get: {
      summary: 'Why this device did, or did not, get the release',
      'x-permission': 'rollout.read',
      requestParams: { path: inRolloutDevice },
      responses: answers({ 200: { description: 'One sentence', schema: explanationSchema } }),
    },
  },
  '/products/{product}/approval': {
    get: {
      summary: 'Who must approve rollouts',
      'x-permission': 'rollout.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The rule', schema: approvalRuleSchema } }),
    },
    post: {
      summary: 'Say who must approve rollouts',
      'x-permission': 'product.manage',
      'x-step-up': true,
      requestParams: { path: inProduct },
      requestBody: jsonBody(approvalRuleSchema),
      responses: answers({ 200: { description: 'The rule', schema: approvalRuleSchema } }),
    },
  },
}
