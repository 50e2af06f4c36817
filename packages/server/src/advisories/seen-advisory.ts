/** An advisory as whoever asks may see it. */
import type { Request } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import type { Database } from '../stores.ts'
import type { Advisory } from './advisory.ts'
import { inAdvisory } from './advisory-api.ts'

/** HttpError 404 also where he must not know of it. */
export async function seenAdvisory(database: Database, request: Request): Promise<Advisory> {
  const { product, may } = permitOf(request)
  const { advisory: id } = parseRequest(inAdvisory, { ...request.params, product })
  const found = await database.advisories.find(product, id)
  if (found === undefined) throw noSuchAdvisory()
  if (may('disclosure.manage')) return found
  const shown = await unembargoed(database, found)
  if (shown === undefined) throw noSuchAdvisory()
  return shown
}

/** Published is published, whoever told of it; what was written since is not. */
export async function unembargoed(
  database: Database,
  found: Advisory,
): Promise<Advisory | undefined> {
  if (found.reports.length === 0 || !(await database.advisories.isEmbargoed(found.id))) return found
  const published = await database.advisories.document(found.id)
  return published?.content && { ...found, content: published.content }
}

function noSuchAdvisory(): HttpError {
  return new HttpError(404, 'NO_SUCH_ADVISORY', 'The product has no such advisory')
}
