import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, seconds } from '../../http/api-schema.ts'
import { inRollout } from '../rollout-api.ts'
import { MOMENTS } from './moments.ts'

export const curveSchema = z
  .object({
    asOf: seconds,
    curve: z.array(z.object({ at: seconds, committed: z.int(), failed: z.int() })).meta({
      description:
        'How many devices had committed the release when, and on how many it had failed in the attempt that runs now, from when the first group opened; at most 202 points. Empty before',
    }),
    moments: z
      .array(
        z.object({
          at: seconds,
          kind: z.enum(MOMENTS),
          byItself: z.boolean().meta({ description: 'The server did it, by the plan' }),
        }),
      )
      .meta({ description: 'What happened to it since, in order, the last 50; each has a point' }),
    areMomentsWhole: z.boolean().meta({
      description: 'False: earlier ones are left out, or the audit log does not reach back to them',
    }),
  })
  .meta({ id: 'RolloutCurve', description: 'docs/rollouts.md says what is counted' })

export const curvePaths: ZodOpenApiPathsObject = {
  '/products/{product}/rollouts/{id}/curve': {
    get: {
      summary: 'How many devices had the release when, and on how many it failed',
      'x-permission': 'rollout.read',
      requestParams: { path: inRollout },
      responses: answers({ 200: { description: 'Its curve', schema: curveSchema } }),
    },
  },
}
