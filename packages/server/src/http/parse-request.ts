/** Reads what a request carries with the same zod schema that the OpenAPI document shows. */
import type { z } from 'zod'
import { HttpError } from './problem.ts'

export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const mistakes = result.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`,
  )
  throw new HttpError(400, 'REQUEST_INVALID', mistakes.join('; ').slice(0, 1000))
}
