/**
 * A matter: something that needs a person now, as a code and facts. No prose: console and command line say it each in
 * their own words and language. Every kind has its own schema, so that the document of the API has its exact shape.
 */
import { z } from 'zod'
import { productName, seconds } from '../http/api-schema.ts'

/** The most urgent first. `note`: nothing breaks by itself, and somebody should know. */
export const URGENCIES = ['urgent', 'soon', 'note'] as const
const urgency = z.enum(URGENCIES).meta({ id: 'MatterUrgency' })
export type Urgency = (typeof URGENCIES)[number]

export interface Matter {
  readonly kind: string
  readonly severity: Urgency
  /** Null: of the whole server. */
  readonly product: string | null
  /** Seconds since 1970, as all times here: since when it is so. */
  readonly since: number
  /** Until when somebody has to act; null: no time is set. */
  readonly by: number | null
  /** Ids for a link. */
  readonly subject: object
  /** Numbers and words for a sentence. */
  readonly facts: object
}

/** The schema of one kind. `makes`: what makes it, for the document. */
export function matterOf<
  const Kind extends string,
  Subject extends z.ZodRawShape,
  Facts extends z.ZodRawShape,
>(kind: Kind, makes: string, subject: Subject, facts: Facts) {
  return z
    .object({
      kind: z.literal(kind),
      severity: urgency,
      product: productName.nullable(),
      since: seconds,
      by: seconds.nullable().meta({ description: 'Until when somebody has to act' }),
      subject: z.object(subject),
      facts: z.object(facts),
    })
    .meta({ id: `Matter${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, description: makes })
}

/** Urgent once the time is over or near, soon in the time before, a note otherwise. */
export function urgencyBy(
  by: number,
  now: number,
  { urgentSeconds, soonSeconds }: { readonly urgentSeconds: number; readonly soonSeconds: number },
): Urgency {
  if (by - now <= urgentSeconds) return 'urgent'
  return by - now <= soonSeconds ? 'soon' : 'note'
}

/** What is due first comes first, then what has waited longest. */
export function inTime(one: Matter, other: Matter): number {
  const [by, otherBy] = [one.by ?? Number.POSITIVE_INFINITY, other.by ?? Number.POSITIVE_INFINITY]
  return by === otherBy ? one.since - other.since : by - otherBy
}
