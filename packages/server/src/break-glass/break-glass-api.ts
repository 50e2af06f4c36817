import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, seconds } from '../http/api-schema.ts'

const CODE_MAX_CHARACTERS = 200

export const useSchema = z
  .strictObject({
    code: z.string().min(1).max(CODE_MAX_CHARACTERS).meta({ description: '`fwb_…`' }),
    as: z
      .enum(['token', 'session'])
      .default('token')
      .meta({ description: 'A session (cookie) for pages of this server, a token for programs' }),
  })
  .meta({ id: 'BreakGlassCode' })

const openedSchema = z
  .object({
    token: z.string().optional().meta({ description: 'Shown once; with `as: token`' }),
    expiresAt: seconds.optional(),
  })
  .meta({ id: 'BreakGlassOpened' })

const idSchema = z.string().regex(/^[0-9a-f]{16}$/)
export const inUse = z.object({ id: idSchema })

const usedSchema = z
  .object({
    id: idSchema,
    createdAt: seconds,
    usedAt: seconds,
    usedFrom: z.string().optional(),
    acknowledgedAt: seconds.optional(),
    acknowledgedBy: z.string().optional(),
  })
  .meta({ id: 'BreakGlassUse' })

const stateSchema = z
  .object({
    sealedAt: seconds.optional().meta({ description: 'Absent: there is no code that opens' }),
    uses: z.array(usedSchema),
  })
  .meta({ id: 'BreakGlassState' })

const alarmSchema = z
  .object({ id: idSchema, usedAt: seconds })
  .meta({ id: 'BreakGlassAlarm', description: 'To be shown to everybody until it is acknowledged' })

export const breakGlassPaths: ZodOpenApiPathsObject = {
  '/break-glass': {
    get: {
      summary: 'Whether a break-glass code is sealed, and every use there was',
      'x-permission': 'server.read',
      responses: answers({ 200: { description: 'The state', schema: stateSchema } }),
    },
    post: {
      summary: 'Use the break-glass code: an hour as administrator, and everybody is told',
      'x-permission': 'public',
      'x-secret-answer': true,
      requestBody: jsonBody(useSchema),
      responses: answers({ 200: { description: 'Opened', schema: openedSchema } }),
    },
  },
  '/break-glass/alarms': {
    get: {
      summary: 'Uses that no other administrator has looked at yet',
      'x-permission': 'anyone-signed-in',
      responses: answers({ 200: { description: 'Alarms', schema: z.array(alarmSchema) } }),
    },
  },
  '/break-glass/uses/{id}/acknowledgement': {
    post: {
      summary: 'Say that a use has been looked at; what it opened ends',
      'x-permission': 'server.manage',
      'x-step-up': true,
      requestParams: { path: inUse },
      responses: answers({ 204: { description: 'Acknowledged' } }),
    },
  },
}
