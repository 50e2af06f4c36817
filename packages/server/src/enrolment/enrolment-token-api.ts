/** Enrolment tokens as the operator API words them. */
import { isDeviceId } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, name, seconds } from '../http/api-schema.ts'

/** Long enough for a factory pack to travel, short enough to be forgotten safely. */
const VALID_SECONDS_DEFAULT = 7 * 86_400
const VALID_SECONDS_MAX = 366 * 86_400

export const deviceId = z
  .string()
  .refine(isDeviceId, 'must be a device id: letters, digits, inside also _ and -, at most 64')
  .meta({ description: 'A device id, protocol §2.1', example: 'lumen-0001' })

export const newTokenSchema = z
  .strictObject({
    cohort: name.meta({ description: 'The cohort the device starts in' }),
    device: deviceId.optional().meta({ description: 'The only device that may use the token' }),
    validSeconds: z.int().min(1).max(VALID_SECONDS_MAX).default(VALID_SECONDS_DEFAULT),
  })
  .meta({ id: 'NewEnrolmentToken' })

export const tokenSchema = z
  .object({
    token: z.string().meta({ description: 'Shown once; goes into the factory pack' }),
    cohort: name,
    device: deviceId.optional(),
    expiresAt: seconds,
  })
  .meta({ id: 'EnrolmentToken' })

export const enrolmentTokenPaths: ZodOpenApiPathsObject = {
  '/products/{product}/enrolment-tokens': {
    post: {
      summary: 'Make a token that enrols one device',
      ...{ 'x-permission': 'enrolment.create', 'x-secret-answer': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(newTokenSchema),
      responses: answers({ 201: { description: 'The token', schema: tokenSchema } }),
    },
  },
}
