import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers } from '../http/api-schema.ts'

const retentionSchema = z
  .object({
    reportsDays: z.int(),
    commandsDays: z.int(),
    signInsDays: z.int(),
    staysDays: z.int(),
    eventsDays: z.int(),
    deliveriesDays: z.int(),
    auditDays: z.int(),
    hold: z.boolean().meta({ description: 'Nothing is deleted for now' }),
  })
  .meta({ id: 'Retention', description: 'How long what is kept; set in the settings file' })

export const retentionPaths: ZodOpenApiPathsObject = {
  '/retention': {
    get: {
      summary: 'How long what is kept',
      'x-permission': 'server.read',
      responses: answers({ 200: { description: 'In days', schema: retentionSchema } }),
    },
  },
}
