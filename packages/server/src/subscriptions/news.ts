/** What subscribers are told. As a round keeps it, in JSON of our own making. */
import { z } from 'zod'

const WORDS_MAX_CHARACTERS = 4_000

export const newsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('update'),
    version: z.string(),
    summary: z.string(),
    /** Whose devices are offered it. */
    cohort: z.string(),
    postponeUpToSeconds: z.number(),
    deadline: z.number().optional(),
  }),
  z.object({ kind: z.literal('support'), ends: z.string(), monthsBefore: z.number() }),
  z.object({
    kind: z.literal('advisory'),
    advisory: z.string(),
    title: z.string().max(WORDS_MAX_CHARACTERS),
    url: z.string(),
    isUpdated: z.boolean(),
  }),
  z.object({
    kind: z.literal('notice'),
    text: z.string().max(WORDS_MAX_CHARACTERS),
    /** Whose devices it concerns; none: all. */
    versions: z.array(z.string()),
  }),
])

export type News = z.output<typeof newsSchema>
