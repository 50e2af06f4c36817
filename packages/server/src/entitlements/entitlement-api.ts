import { isDeviceId } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, name, productName, seconds, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'

/** Each with an entry of the audit log, and maybe a manifest of its own. */
export const DEVICES_MAX_COUNT = 250

const deviceId = z.string().refine(isDeviceId, 'must be a device id')
const until = seconds.optional().meta({ description: 'From then on it counts no more' })

export const giveSchema = z
  .strictObject({
    devices: z
      .array(deviceId)
      .min(1)
      .max(DEVICES_MAX_COUNT)
      .refine((all) => new Set(all).size === all.length, 'must name each once'),
    until: seconds.nullable().meta({
      description: 'Seconds since 1970; null: without an end; a time that is over takes it away',
    }),
  })
  .meta({ id: 'EntitlementGiven' })

export const behindSchema = z
  .strictObject({ entitlement: name.nullable().meta({ description: 'null: everybody' }) })
  .meta({ id: 'ReleaseEntitlement' })

export const inEntitlement = z.object({ product: productName, entitlement: name })
export const holdersQuery = pageQuery(deviceId)
/** Of what a device has, by name. */
export const heldQuery = pageQuery(name)
export const ofDevice = z.object({ product: productName, device: deviceId })
const inRelease = z.object({ product: productName, version })

const one = { path: inEntitlement }

export const entitlementPaths: ZodOpenApiPathsObject = {
  '/products/{product}/entitlements/{entitlement}': {
    get: {
      summary: 'Which devices have it, also those whose has ended, by id',
      'x-permission': 'device.read',
      requestParams: { ...one, query: holdersQuery },
      responses: answers({
        200: { description: 'A page', schema: z.array(z.object({ device: deviceId, until })) },
      }),
    },
    post: {
      summary: 'Give it to devices, change its end, or take it away',
      'x-permission': 'device.manage',
      requestParams: one,
      requestBody: jsonBody(giveSchema),
      responses: answers({
        200: {
          description: 'How many were changed; what was so already stays',
          schema: z.object({ changed: z.int() }),
        },
      }),
    },
  },
  '/products/{product}/devices/{device}/entitlements': {
    get: {
      summary: 'What a device has',
      'x-permission': 'device.read',
      requestParams: { path: ofDevice, query: heldQuery },
      responses: answers({
        200: { description: 'A page', schema: z.array(z.object({ name, until })) },
      }),
    },
  },
  '/products/{product}/releases/{version}/entitlement': {
    post: {
      summary: 'Offer a release of new functions only to devices that have an entitlement',
      'x-permission': 'release.publish',
      requestParams: { path: inRelease },
      requestBody: jsonBody(behindSchema),
      responses: answers({ 200: { description: 'Set', schema: behindSchema } }),
    },
  },
}
