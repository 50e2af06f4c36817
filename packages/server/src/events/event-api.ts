import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct } from '../http/api-schema.ts'
import { TYPE_PATTERN } from './who-hears.ts'

const TYPES_MAX_COUNT = 20

export const eventTypes = z
  .array(z.string().regex(TYPE_PATTERN, 'must be a type, a family like rollout.* or *'))
  .min(1)
  .max(TYPES_MAX_COUNT)

export const streamQuery = z.strictObject({
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(eventTypes)
    .optional()
    .meta({ description: 'Only these: `rollout.*,device.quarantined`', type: 'string' }),
  after: z.coerce.number().int().min(0).optional().meta({
    description: 'As Last-Event-ID, for who cannot send that header: `0` for all there are',
  }),
})

const stream = (summary: string) => ({
  summary,
  responses: {
    ...answers({}),
    200: {
      description:
        'Server-sent events until one side ends it; each `data` is one JSON object with id, type, at, product and data. `Last-Event-ID` goes on where a stream ended',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
})

export const eventPaths: ZodOpenApiPathsObject = {
  '/events': {
    get: {
      ...stream('What happens, live: all that the caller may hear of'),
      'x-permission': 'anyone-signed-in',
      requestParams: { query: streamQuery },
    },
  },
  '/products/{product}/events': {
    get: {
      ...stream('What happens in a product, live'),
      'x-permission': 'product.read',
      requestParams: { path: inProduct, query: streamQuery },
    },
  },
}
