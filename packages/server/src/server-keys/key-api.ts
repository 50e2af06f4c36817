/** The server's own keys as the operator API words them: ids and states, never a key. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds } from '../http/api-schema.ts'
import { SERVER_PURPOSES } from './rotate-keys.ts'
import { PRODUCT_PURPOSES } from './server-key.ts'

const purpose = z.enum(PRODUCT_PURPOSES)
const serverPurpose = z.enum(SERVER_PURPOSES)

export const inProductKey = z.object({ purpose })
export const inServerKey = z.object({ purpose: serverPurpose })

export const rotationSchema = z
  .strictObject({
    stolen: z.boolean().default(false).meta({
      description:
        'The keys there are were stolen: metadata is to list the new one alone, and what waits is dropped',
    }),
  })
  .meta({ id: 'KeyRotation' })

export const retirementSchema = z
  .strictObject({
    evenDevices: z.boolean().default(false).meta({
      description:
        'Also where devices still show certificates of it: they are locked out and have to be enrolled anew',
    }),
  })
  .meta({ id: 'KeyRetirement' })

const keySchema = z
  .object({
    id: z.string(),
    state: z.enum(['waiting', 'signs', 'former']).meta({
      description:
        'waiting: made, not yet in published metadata; former: still listed for what it signed last',
    }),
    isListed: z.boolean().meta({ description: 'Whether published metadata lists it' }),
    createdAt: seconds,
    leavesAt: seconds
      .optional()
      .meta({ description: 'From then on metadata is to list it no more' }),
  })
  .meta({ id: 'ServerKey' })

const toSignSchema = z.array(z.enum(['root', 'targets'])).meta({
  description: 'Metadata that the desk has to sign, because it lists other keys than these',
})

export const productKeysSchema = z
  .object({
    keys: z.array(keySchema.extend({ purpose: z.enum([...PRODUCT_PURPOSES, 'fleet-ca']) })),
    toSign: toSignSchema,
  })
  .meta({ id: 'ProductKeys' })

export const serverKeysSchema = z
  .object({
    fleetCa: z.array(
      keySchema.omit({ isListed: true }).extend({
        listedBy: z.array(z.string()).meta({ description: 'Products whose metadata lists it' }),
        devices: z.int().meta({ description: 'Valid certificates it has signed' }),
      }),
    ),
    serverCa: z.object({ id: z.string(), createdAt: seconds }),
    advisories: z
      .array(keySchema.pick({ id: true, state: true, createdAt: true }))
      .meta({ description: 'OpenPGP keys for what the public reads, by fingerprint' }),
    /** Products whose targets have to be signed. */
    toSign: z.array(z.string()).meta({ description: 'Products whose targets have to be signed' }),
  })
  .meta({ id: 'ServerKeys' })

export const productKeyPaths: ZodOpenApiPathsObject = {
  '/products/{product}/keys': {
    get: {
      summary: 'The keys this server signs with for the product, and what the desk has to sign',
      'x-permission': 'product.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'Keys', schema: productKeysSchema } }),
    },
  },
  '/products/{product}/keys/{purpose}/rotate': {
    post: {
      summary: 'Make the next key; it signs once published metadata lists it',
      'x-permission': 'server.manage',
      'x-step-up': true,
      requestParams: { path: inProduct.extend({ purpose }) },
      requestBody: jsonBody(rotationSchema),
      responses: answers({ 200: { description: 'Keys', schema: productKeysSchema } }),
    },
  },
}

export const serverKeyPaths: ZodOpenApiPathsObject = {
  '/keys': {
    get: {
      summary: 'The authorities of this server',
      'x-permission': 'server.read',
      responses: answers({ 200: { description: 'Keys', schema: serverKeysSchema } }),
    },
  },
  '/keys/{purpose}/rotate': {
    post: {
      summary:
        'Make another authority or TLS key; a fleet CA signs once published metadata lists it',
      'x-permission': 'server.manage',
      'x-step-up': true,
      requestParams: { path: inServerKey },
      requestBody: jsonBody(rotationSchema),
      responses: answers({ 200: { description: 'Keys', schema: serverKeysSchema } }),
    },
  },
  '/keys/fleet-ca/retire': {
    post: {
      summary: 'Let former fleet CAs leave the metadata before their time',
      'x-permission': 'server.manage',
      'x-step-up': true,
      requestBody: jsonBody(retirementSchema),
      responses: answers({ 200: { description: 'Keys', schema: serverKeysSchema } }),
    },
  },
}
