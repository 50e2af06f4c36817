/** A plan as the operator API words it; what in it contradicts itself, engine/plan-mistakes.ts says. */
import { z } from 'zod'
import { seconds, version } from '../http/api-schema.ts'
import { line } from '../http/written.ts'
import { URGENCIES } from './engine/plan/plan.ts'
import { GROUPS_MAX_COUNT, PRIORITY_MAX } from './engine/plan/plan-mistakes.ts'

const FILTER_MAX_CHARACTERS = 1_000
const DURATION_MAX_SECONDS = 366 * 86_400

const share = z.number().min(0).max(1)
const duration = z.int().min(0).max(DURATION_MAX_SECONDS)
const minutesOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
const zone = z.string().min(1).max(64)

const groupSchema = z
  .strictObject({
    name: line(64),
    members: z.union([
      z.strictObject({ share }),
      z.strictObject({ count: z.int().min(1) }),
      z.strictObject({ filter: z.string().min(1).max(FILTER_MAX_CHARACTERS) }),
      z.strictObject({ rest: z.literal(true) }),
    ]),
    success: z
      .strictObject({
        share: share.default(0.9).meta({ description: 'Of the devices that count, 0 to 1' }),
        minimum: z.int().min(1).default(1),
        soakSeconds: duration.default(3_600).meta({ description: 'For how long it must hold' }),
        afterwards: z.enum(['next', 'pause']).default('next'),
      })
      .prefault({}),
    error: z
      .strictObject({
        share: share.default(0.1),
        minimum: z.int().min(1).default(10).meta({ description: 'Both must be reached' }),
      })
      .prefault({}),
  })
  .meta({ id: 'RolloutGroup' })

const paceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), devicesPerMinute: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('exponential'),
    startPerMinute: z.int().min(1),
    factor: z.number().min(1).max(100),
    everySuccesses: z.int().min(1),
    maxPerMinute: z.int().min(1),
  }),
])

export const planSchema = z
  .strictObject({
    groups: z.array(groupSchema).min(1).max(GROUPS_MAX_COUNT),
    pace: paceSchema.optional(),
    bytesPerMinute: z.int().min(1).optional(),
    start: z
      .strictObject({
        at: seconds.optional(),
        cron: z.strictObject({ expression: z.string().min(1).max(100), zone }).optional(),
      })
      .prefault({}),
    window: z
      .strictObject({
        weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
        from: minutesOfDay,
        to: minutesOfDay,
        zone: zone.meta({ description: 'IANA name, or `device` for each device’s own' }),
      })
      .optional(),
    urgency: z.enum(URGENCIES).default('deadline'),
    priority: z.int().min(0).max(PRIORITY_MAX).default(500),
    silenceSeconds: z.int().min(60).max(DURATION_MAX_SECONDS).default(86_400),
    returnTo: version.optional().meta({
      description: 'The earlier version that devices go back to when the rollout stops itself',
    }),
  })
  .meta({ id: 'RolloutPlan' })
