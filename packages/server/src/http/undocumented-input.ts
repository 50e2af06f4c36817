/**
 * What an operation does not document is refused and not ignored: a filter that is misspelt must not come back as the
 * whole list, nor an act with a condition that nobody reads be done without it. Stands behind the guard and the JSON
 * parser; bodies that are documented are read by their own schemas.
 */
import type { RequestHandler } from 'express'
import { permitOf } from './door/permit.ts'
import { HttpError } from './problem.ts'

const NAMES_MAX_CHARACTERS = 200

export const refuseUndocumented: RequestHandler = (request, _response, next) => {
  const { queries, takesBody } = permitOf(request).operation
  const asked = Object.keys(request.query).filter((name) => !queries.has(name))
  if (asked.length > 0) throw unknown('The query', asked)
  // PostgreSQL compares no such text.
  const nulls = Object.entries(request.query).filter(([, value]) => String(value).includes('\0'))
  if (nulls.length > 0) throw invalid(`The query holds a null character: ${nulls[0]?.[0]}`)
  const { body } = request
  if (!takesBody && typeof body === 'object' && body !== null) {
    if (Array.isArray(body)) throw unknown('The body', ['a list'])
    const names = Object.keys(body)
    if (names.length > 0) throw unknown('The body', names)
  }
  next()
}

function unknown(where: string, names: readonly string[]): HttpError {
  const seen = names.join(', ').slice(0, NAMES_MAX_CHARACTERS)
  return invalid(`${where} holds what this address does not know: ${seen}`)
}

function invalid(message: string): HttpError {
  return new HttpError(400, 'REQUEST_INVALID', message)
}
