import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../../http/api-schema.ts'

export const publicationSchema = z
  .strictObject({
    isPublic: z.boolean(),
    language: z
      .string()
      .max(35)
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag: de, en-GB')
      .default('en')
      .meta({ description: 'Of what the facts say', example: 'de' }),
  })
  .meta({ id: 'InformationPublication' })

const informationSchema = z
  .object({
    ...{ isPublic: z.boolean(), revision: z.int(), changedAt: seconds.optional() },
    language: z.string().optional(),
    publishedFacts: z
      .int()
      .optional()
      .meta({ description: 'Version of the facts that the page shows' }),
    newestFacts: z.int().meta({ description: '0: nobody has written any' }),
    address: z.string().meta({ description: 'Where the page is, when it is public' }),
    missing: z.array(
      z.object({ number: z.string(), title: z.string(), missing: z.array(z.string()) }),
    ),
    isWhole: z.boolean().meta({ description: 'Nothing of the newest facts is missing' }),
    items: z
      .array(
        z.object({
          number: z.string().meta({ description: 'Of Annex II' }),
          title: z.string(),
          parts: z.array(
            z.object({
              id: z.string(),
              label: z.string().meta({ description: 'In English, by `id`' }),
              text: z.union([z.string(), z.array(z.string())]),
            }),
          ),
          because: z.string().optional().meta({ description: 'Why it does not apply' }),
        }),
      )
      .meta({ description: 'By the newest facts' }),
  })
  .meta({ id: 'ProductInformation', description: 'Annex II' })

const PATH = '/products/{product}/information'

export const informationPaths: ZodOpenApiPathsObject = {
  [PATH]: {
    get: {
      summary: 'Information and instructions for users (Annex II), and whether they are public',
      'x-permission': 'product.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'As it is now', schema: informationSchema } }),
    },
    post: {
      summary: 'Publish the page with the facts as they are now, or take it away',
      ...{ 'x-permission': 'product.manage', 'x-if-match': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(publicationSchema),
      responses: answers({ 200: { description: 'As it is now', schema: informationSchema } }),
    },
  },
}
