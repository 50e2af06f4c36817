/** Below /products/:product: an advisory as programs read it, and what the CSAF validator says of that. */
import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { Advisory } from './advisory.ts'
import { documentQuery } from './advisory-api.ts'
import { completed } from './publish-advisory.ts'
import { renderAdvisory } from './publish-document.ts'
import { siteOf } from './publisher.ts'
import { seenAdvisory } from './seen-advisory.ts'
import { judgeDocument } from './validate-csaf.ts'

export interface DocumentRoutesNeeds {
  readonly database: Database
  readonly publicBase: string
  readonly clock: Clock
}

export function documentRoutes({ database, publicBase, clock }: DocumentRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  const textOf = async (found: Advisory, version: number | undefined): Promise<string> => {
    if (version === undefined) {
      return draftText(database, publicBase, { found, at: secondsOf(clock) })
    }
    const file = await database.advisories.document(found.id, version)
    if (file === undefined) throw new HttpError(404, 'NO_SUCH_VERSION', 'There is no such version')
    return file.document
  }

  routes.get('/advisories/:advisory/document', async (request, response) => {
    const { version } = parseRequest(documentQuery, request.query)
    const found = await seenAdvisory(database, request)
    response.json(JSON.parse(await textOf(found, version)))
  })

  routes.get('/advisories/:advisory/validation', async (request, response) => {
    const { version } = parseRequest(documentQuery, request.query)
    const found = await seenAdvisory(database, request)
    const text = await textOf(found, version)
    const judgement = await judgeDocument(text, permitOf(request).actor.id)
    response.json({ revision: found.revision, version, ...judgement })
  })

  return routes
}

/** As it would be published now. */
export async function draftText(
  database: Database,
  publicBase: string,
  { found, at }: { readonly found: Advisory; readonly at: number },
): Promise<string> {
  const site = await siteOf(database, publicBase)
  const { advisory } = await completed(database, found)
  const versions = await database.advisories.versions(found.id)
  const rendering = { advisory, versions, at, change: undefined }
  return (await renderAdvisory(database, site, rendering)).text
}
