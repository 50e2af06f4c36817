import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { newPolicySchema } from '../gate/policy-api.ts'
import { answers, inProduct, jsonBody, productName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'

export const newProductSchema = z
  .strictObject({
    id: productName,
    gate: newPolicySchema.optional().meta({
      description:
        'Without it the gate holds back publishing (docs/gate.md). Less than that takes `gate.manage` and a fresh proof; until a person has an account the machine’s token is enough',
    }),
  })
  .meta({ id: 'NewProduct' })

const tufKey = z
  .object({ keytype: z.string(), scheme: z.string(), keyval: z.object({ public: z.string() }) })
  .meta({ id: 'TufKey', description: 'A public key as TUF metadata writes it' })

const productSchema = z
  .object({ id: productName, createdAt: seconds })
  .meta({ id: 'Product', description: 'A line of devices that take the same releases' })

const productInFullSchema = z
  .object({
    id: productName,
    createdAt: seconds,
    onlineKeys: z
      .object({ timestamp: tufKey, snapshot: tufKey })
      .meta({ description: 'To be named in root metadata; the server has the private halves' }),
    trust: z
      .record(z.string(), z.string())
      .meta({ description: 'Files to be signed under trust/, by name (protocol §3.5)' }),
    serverCa: z.string().meta({ description: 'PEM, for the factory pack' }),
  })
  .meta({ id: 'ProductInFull' })

export const productQuery = pageQuery(productName)

export const productPaths: ZodOpenApiPathsObject = {
  '/products': {
    get: {
      summary: 'All products that the caller may see',
      'x-permission': 'product.read',
      'x-any-product': true,
      requestParams: { query: productQuery },
      responses: answers({ 200: { description: 'Products', schema: z.array(productSchema) } }),
    },
    post: {
      summary: 'Add a product and make its online keys',
      'x-permission': 'product.create',
      requestBody: jsonBody(newProductSchema),
      responses: answers({ 201: { description: 'Added', schema: productInFullSchema } }),
    },
  },
  '/products/{product}': {
    get: {
      summary: 'What the manufacturer has to sign for this server to do its part',
      'x-permission': 'product.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The product', schema: productInFullSchema } }),
    },
  },
}
