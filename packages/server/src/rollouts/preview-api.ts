/** What would happen, of a rollout that is there and of one that nobody has created. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { ownWindowSchema } from '../devices/device-api.ts'
import { answers, inProduct, jsonBody, seconds } from '../http/api-schema.ts'
import { deadlineNowSchema } from './deadlines/deadline-api.ts'
import { PREVIEW_NOTES } from './engine/preview.ts'
import { PROSPECTS } from './engine/prospect.ts'
import {
  inRollout,
  newRolloutSchema,
  noticeSchema,
  policySchema,
  troubleSchema,
} from './rollout-api.ts'

const groupSchema = z.object({
  name: z.string(),
  members: z.int(),
  prospects: z
    .object(Object.fromEntries(PROSPECTS.map((prospect) => [prospect, z.int()])))
    .meta({ id: 'RolloutProspects', description: 'What its devices would do with the offer' }),
  postponedUntil: z
    .object({ earliest: seconds, latest: seconds })
    .optional()
    .meta({ description: 'Until when owners put this release off: the first of them, the last' }),
  sample: z
    .array(z.string())
    .meta({ description: 'Some of its devices; none where chance decides' }),
  opensWithinSeconds: z.int(),
  notes: z.array(z.enum(PREVIEW_NOTES)),
})

const ownersHoursSchema = z
  .object({
    windows: z.array(z.object({ ...ownWindowSchema.shape, devices: z.int() })),
    further: z.int().meta({ description: 'Devices with windows beyond the ten that most have' }),
    anyHour: z.int().meta({ description: 'Devices whose owners set none' }),
    untold: z.int(),
  })
  .meta({ description: 'When owners let devices start that install by themselves, as they tell' })

const deviceClocksSchema = z
  .object({
    clocks: z.array(
      z.object({ timeZone: z.string(), devices: z.int(), opens: seconds, closes: seconds }),
    ),
    further: z.int(),
    untold: z.int(),
  })
  .meta({ description: 'When a window on the device’s clock opens for them, zone by zone' })

const previewSchema = z
  .object({
    groups: z.array(groupSchema),
    members: z.int(),
    startsAt: seconds.optional().meta({ description: 'If somebody says start now' }),
    firstOpensAt: seconds.optional(),
    leastSeconds: z.int().meta({ description: 'From the first opening to the end, at the least' }),
    ownersHours: ownersHoursSchema,
    deviceClocks: deviceClocksSchema.optional(),
    overtakes: z.array(z.string()),
    overtakenBy: z.string().optional(),
    deadline: deadlineNowSchema,
  })
  .meta({ id: 'RolloutPreview' })

const draftPreviewSchema = previewSchema
  .extend({ policy: policySchema, notice: noticeSchema, trouble: troubleSchema })
  .meta({ id: 'RolloutDraftPreview' })

export const previewPaths: ZodOpenApiPathsObject = {
  '/products/{product}/rollouts/preview': {
    post: {
      summary: 'What this rollout would do; it is checked as when it is created, and nothing is',
      'x-permission': 'rollout.plan',
      requestParams: { path: inProduct },
      requestBody: jsonBody(newRolloutSchema),
      responses: answers({ 200: { description: 'The preview', schema: draftPreviewSchema } }),
    },
  },
  '/products/{product}/rollouts/{id}/preview': {
    get: {
      summary: 'What would happen: counts and sample devices of each group',
      'x-permission': 'rollout.read',
      requestParams: { path: inRollout },
      responses: answers({ 200: { description: 'The preview', schema: previewSchema } }),
    },
  },
}
