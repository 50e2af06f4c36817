import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'

const subscriptionId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be the id of a subscription')
  .meta({ description: 'Id of a subscription' })

export const subscriptionQuery = pageQuery(subscriptionId).extend({
  product: productName.optional(),
})
export const inSubscription = z.object({ id: subscriptionId })

const subscription = z
  .object({
    ...{ id: subscriptionId, address: z.string(), product: productName },
    device: z.string().optional().meta({ description: 'As its owner wrote it' }),
    ...{ language: z.string(), askedAt: seconds, confirmedAt: seconds.optional() },
    bounces: z.int().meta({ description: 'Mails given up since the last one that arrived' }),
  })
  .meta({ id: 'Subscription' })

export const subscriptionPaths: ZodOpenApiPathsObject = {
  '/subscriptions': {
    get: {
      summary: 'Who is told by mail, the newest first',
      'x-permission': 'mail.manage',
      requestParams: { query: subscriptionQuery },
      responses: answers({ 200: { description: 'A page', schema: z.array(subscription) } }),
    },
  },
  '/subscriptions/{id}': {
    delete: {
      summary: 'End it, and delete its address',
      'x-permission': 'mail.manage',
      requestParams: { path: inSubscription },
      responses: answers({ 204: { description: 'Deleted' } }),
    },
  },
}
