import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, seconds } from '../http/api-schema.ts'
import { MATTERS_OF_KIND_MAX_COUNT } from './look-around.ts'
import { MATTER_KINDS, MATTER_SCHEMAS } from './sources/list.ts'

const kind = z.enum(MATTER_KINDS).meta({ id: 'MatterKind' })
const kinds = z.array(kind)

export const attentionSchema = z
  .object({
    asOf: seconds,
    matters: z.array(z.discriminatedUnion('kind', MATTER_SCHEMAS)).meta({
      description: `The most urgent first, at most ${MATTERS_OF_KIND_MAX_COUNT} of each kind`,
    }),
    more: z
      .array(z.object({ kind, count: z.int() }))
      .meta({ description: 'How many of a kind are left out' }),
    lookedAt: kinds.meta({ description: 'Looked for, whether there is one or not' }),
    notPermitted: kinds.meta({ description: 'Not looked for: the caller may not know of them' }),
    failed: kinds.meta({ description: 'Could not be looked for now: their silence says nothing' }),
  })
  .meta({ id: 'Attention', description: 'docs/attention.md says what makes a matter and ends it' })

export const attentionPaths: ZodOpenApiPathsObject = {
  '/attention': {
    get: {
      summary: 'What needs a person now, in your products and as far as you may know',
      // Each kind needs what its own screen needs, so that a viewer and an officer have one page.
      'x-permission': 'anyone-signed-in',
      responses: answers({ 200: { description: 'Matters', schema: attentionSchema } }),
    },
  },
}
