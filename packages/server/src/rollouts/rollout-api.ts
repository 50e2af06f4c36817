import {
  ADVISORY_ID_MAX_BYTES,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  NOTICE_URL_MAX_BYTES,
  POLICY_DURATION_MAX_SECONDS,
  SEVERITIES,
} from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import {
  answers,
  inProduct,
  jsonBody,
  name,
  productName,
  seconds,
  version,
} from '../http/api-schema.ts'

const bytesOf = (text: string) => Buffer.byteLength(text)
const duration = z.int().min(0).max(POLICY_DURATION_MAX_SECONDS)

/** Protocol §5.2; durations in seconds. */
const policySchema = z
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

const noticeSchema = z
  .strictObject({
    summary: z
      .string()
      .min(1)
      .regex(/^\P{Cc}+$/u, 'must be one line')
      .refine((text) => bytesOf(text) <= NOTICE_SUMMARY_MAX_BYTES, 'is too long')
      .meta({ description: `What the owner is told, at most ${NOTICE_SUMMARY_MAX_BYTES} bytes` }),
    severity: z.enum(SEVERITIES).default('none'),
    advisories: z
      .array(
        z
          .string()
          .min(1)
          .refine((id) => bytesOf(id) <= ADVISORY_ID_MAX_BYTES, 'is too long'),
      )
      .max(NOTICE_ADVISORIES_MAX_COUNT)
      .default([]),
    url: z.string().startsWith('https://').max(NOTICE_URL_MAX_BYTES).optional(),
  })
  .meta({ id: 'Notice' })

const share = z.number().min(0).max(1).meta({ description: 'Share of the cohort, 0 to 1' })

export const newRolloutSchema = z
  .strictObject({
    release: version,
    cohort: name,
    share: share.default(1),
    policy: policySchema.prefault({}),
    notice: noticeSchema.optional(),
  })
  .meta({ id: 'NewRollout' })

export const widenSchema = z.strictObject({ share }).meta({ id: 'WidenRollout' })

const counts = z.record(z.string(), z.int())

const rolloutSchema = z
  .object({
    id: name,
    release: version,
    cohort: name,
    state: z.enum(['running', 'paused', 'withdrawn']),
    share,
    attempt: z.int(),
    policy: policySchema,
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

export const inRollout = z.object({ product: productName, id: name })

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
      requestParams: { path: inProduct },
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
          schema: rolloutSchema.extend({ progress: progressSchema }).meta({ id: 'RolloutInFull' }),
        },
      }),
    },
    patch: {
      summary: 'Widen the share; it never shrinks',
      'x-permission': 'rollout.control',
      requestParams: { path: inRollout },
      requestBody: jsonBody(widenSchema),
      responses: moved,
    },
  },
  '/products/{product}/rollouts/{id}/pause': action('Let no further device start'),
  '/products/{product}/rollouts/{id}/resume': action('Go on'),
  '/products/{product}/rollouts/{id}/withdraw': action('Take the offer back, for good'),
  '/products/{product}/rollouts/{id}/retry': action('Let devices on which it failed try again'),
}
