import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct } from '../../http/api-schema.ts'

const ownSchema = z
  .object({
    ...{ id: z.string(), what: z.string() },
    about: z.enum(['device', 'owner', 'operator', 'reporter']),
    ...{ isPersonal: z.boolean(), purpose: z.string(), where: z.enum(['device', 'server']) },
    retention: z.string().meta({ description: 'By the settings as they are now' }),
    keptDays: z
      .object({ days: z.int(), deliveries: z.int().optional(), isHeld: z.boolean() })
      .optional()
      .meta({ description: 'The days that `retention` names' }),
  })
  .meta({ id: 'FleetwardData' })

const inventorySchema = z
  .object({
    fleetward: z.array(ownSchema).meta({ description: 'What Fleetward processes for the product' }),
    productCount: z.int().meta({ description: 'Uses of data that the manufacturer wrote down' }),
    gaps: z.array(
      z.object({
        dataUse: z.string(),
        gap: z.enum(['no-legal-basis', 'no-risk', 'risk-gone']),
      }),
    ),
    isComplete: z
      .boolean()
      .meta({ description: 'Somebody wrote the product’s half, without gaps' }),
  })
  .meta({ id: 'DataInventory', description: 'The product’s half is at `data-uses`' })

export const inventoryPaths: ZodOpenApiPathsObject = {
  '/products/{product}/data-inventory': {
    get: {
      summary: 'Which data is processed for a product, why, where and for how long',
      'x-permission': 'product.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The inventory', schema: inventorySchema } }),
    },
  },
}
