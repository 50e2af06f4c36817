import { Router } from 'express'
import { readStored } from '../artifacts/stored-file.ts'
import { inFinding } from '../findings/finding-api.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import type { ArtifactStore } from '../ports.ts'
import type { Database } from '../stores.ts'
import { pathQuery } from './path-api.ts'
import { pathsInSbom } from './sbom-paths.ts'

export interface PathRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
}

/** Below /products/:product. */
export function pathRoutes({ database, artifacts }: PathRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/findings/:finding/paths', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { finding: id } = parseRequest(inFinding, { ...request.params, product })
    const { release } = parseRequest(pathQuery, request.query)
    const finding = await database.findings.find(product, id)
    if (finding === undefined) {
      throw new HttpError(404, 'NO_SUCH_FINDING', 'The product has no such finding')
    }
    const places = await database.findings.releases(id)
    const last = places.findLast(({ endedAt }) => endedAt === undefined) ?? places.at(-1)
    const version = release ?? last?.version ?? ''
    const refs = places.filter((one) => one.version === version).map(({ ref }) => ref)
    const published = await database.releases.find(product, version)
    if (refs.length === 0 || published === undefined) {
      throw new HttpError(404, 'NO_SUCH_RELEASE', 'The finding is in no such release')
    }
    const read = async () => {
      const bytes = await readStored(artifacts, published.release.sbom.sha256)
      return bytes && { bytes, refs }
    }
    const answer = await pathsInSbom(read, actor.id)
    if (answer === undefined) response.json({ state: 'missing', paths: [] })
    else if ('trouble' in answer) response.json({ state: 'unreadable', paths: [] })
    else response.json({ state: 'read', paths: answer.paths })
  })

  return routes
}
