import { z } from 'zod'
import type { ZodOpenApiPathItemObject, ZodOpenApiPathsObject } from 'zod-openapi'
import { eventTypes } from '../events/event-api.ts'
import { answers, inProduct, jsonBody, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { lineOrNone } from '../http/written.ts'
import { WEBHOOK_STATES } from './webhook.ts'

const URL_MAX_CHARACTERS = 2_000
const DESCRIPTION_MAX_CHARACTERS = 200
/** Both secrets sign so long at most. */
const OVERLAP_MAX_SECONDS = 7 * 86_400
const OVERLAP_DEFAULT_SECONDS = 86_400

const id = z.string().regex(/^[0-9a-f]{16}$/)
const eventId = z.uuid()
const url = z.string().max(URL_MAX_CHARACTERS).meta({ example: 'https://example.com/fleet' })
const description = lineOrNone(DESCRIPTION_MAX_CHARACTERS)
const types = eventTypes.meta({ example: ['rollout.*', 'security.*'] })

export const newWebhookSchema = z
  .strictObject({ url, types, description: description.default('') })
  .meta({ id: 'NewWebhook' })

export const webhookChangeSchema = z
  .strictObject({
    url: url.optional(),
    types: types.optional(),
    description: description.optional(),
    state: z.enum(['enabled', 'disabled']).optional(),
    from: z.enum(['stopped', 'now']).optional().meta({
      description: 'With state enabled: go on where it stopped (default), or with what comes',
    }),
  })
  .meta({ id: 'WebhookChange' })

export const secretRotationSchema = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(OVERLAP_MAX_SECONDS)
      .default(OVERLAP_DEFAULT_SECONDS)
      .meta({ description: 'So long the old secret signs as well; 0 when it was stolen' }),
  })
  .meta({ id: 'WebhookSecretRotation' })

const webhookSchema = z
  .object({
    id,
    product: productName.optional(),
    url,
    description,
    types,
    state: z.enum(WEBHOOK_STATES),
    revision: z.int(),
    createdAt: seconds,
    createdBy: z.string(),
    oldSecretUntil: seconds.optional(),
    attempts: z.int().meta({ description: 'Failed ones at the event that is due' }),
    nextAt: seconds.optional(),
    failingSince: seconds.optional(),
  })
  .meta({ id: 'Webhook' })

const secretSchema = z.string().meta({ description: 'Shown once: `whsec_…`' })
const newWebhookAnswer = webhookSchema.extend({ secret: secretSchema }).meta({ id: 'WebhookAdded' })
const rotationAnswer = z
  .object({ secret: secretSchema, oldSecretUntil: seconds })
  .meta({ id: 'WebhookSecretRotated' })

const deliverySchema = z
  .object({
    event: eventId,
    position: z.int(),
    type: z.string(),
    state: z.enum(['delivered', 'failing', 'asked']),
    attempts: z.int(),
    firstAt: seconds,
    lastAt: seconds,
    status: z.int().optional(),
    error: z.string().optional(),
  })
  .meta({ id: 'WebhookDelivery' })

const testAnswer = z
  .object({ isDelivered: z.boolean(), status: z.int().optional(), error: z.string().optional() })
  .meta({ id: 'WebhookTested' })

export const webhookPage = pageQuery(id)
export const deliveryPage = pageQuery(z.coerce.number().int().min(1))
export const inWebhook = z.object({ id })
export const inDelivery = z.object({ id, event: eventId })

const MANAGED = { 'x-permission': 'webhook.manage' } as const
const STEP_UP = { ...MANAGED, 'x-step-up': true } as const

/** The same above products and in one: what differs is whose events they get. */
function pathsBelow(
  prefix: string,
  outer: z.ZodObject,
): Readonly<Record<string, ZodOpenApiPathItemObject>> {
  const one = outer.extend(inWebhook.shape)
  return {
    [`${prefix}/webhooks`]: {
      get: {
        summary: 'Webhooks',
        ...MANAGED,
        requestParams: { path: outer, query: webhookPage },
        responses: answers({ 200: { description: 'Webhooks', schema: z.array(webhookSchema) } }),
      },
      post: {
        summary: 'Add a webhook; its secret is shown once',
        ...STEP_UP,
        'x-secret-answer': true,
        requestParams: { path: outer },
        requestBody: jsonBody(newWebhookSchema),
        responses: answers({ 201: { description: 'Added', schema: newWebhookAnswer } }),
      },
    },
    [`${prefix}/webhooks/{id}`]: {
      get: {
        summary: 'A webhook and how far it has come',
        ...MANAGED,
        requestParams: { path: one },
        responses: answers({ 200: { description: 'The webhook', schema: webhookSchema } }),
      },
      patch: {
        summary: 'Change a webhook, turn it off or on again',
        ...STEP_UP,
        'x-if-match': true,
        requestParams: { path: one },
        requestBody: jsonBody(webhookChangeSchema),
        responses: answers({ 200: { description: 'Changed', schema: webhookSchema } }),
      },
      delete: {
        summary: 'Remove a webhook',
        ...MANAGED,
        'x-if-match': true,
        requestParams: { path: one },
        responses: answers({ 204: { description: 'Removed' } }),
      },
    },
    [`${prefix}/webhooks/{id}/secret`]: {
      post: {
        summary: 'A new secret, shown once; for a while the old one signs as well',
        ...STEP_UP,
        'x-secret-answer': true,
        requestParams: { path: one },
        requestBody: jsonBody(secretRotationSchema),
        responses: answers({ 200: { description: 'The new secret', schema: rotationAnswer } }),
      },
    },
    [`${prefix}/webhooks/{id}/test`]: {
      post: {
        summary: 'Send an event `webhook.test` now and say what the receiver answered',
        ...MANAGED,
        requestParams: { path: one },
        responses: answers({ 200: { description: 'What happened', schema: testAnswer } }),
      },
    },
    [`${prefix}/webhooks/{id}/deliveries`]: {
      get: {
        summary: 'Deliveries, the newest events first',
        ...MANAGED,
        requestParams: { path: one, query: deliveryPage },
        responses: answers({ 200: { description: 'Deliveries', schema: z.array(deliverySchema) } }),
      },
    },
    [`${prefix}/webhooks/{id}/deliveries/{event}/redelivery`]: {
      post: {
        summary: 'Deliver an event once more, with the same id',
        ...MANAGED,
        requestParams: { path: one.extend({ event: eventId }) },
        responses: answers({ 202: { description: 'It will be', schema: deliverySchema } }),
      },
    },
  }
}

export const webhookPaths: ZodOpenApiPathsObject = {
  ...pathsBelow('', z.object({})),
  ...pathsBelow('/products/{product}', inProduct),
}
