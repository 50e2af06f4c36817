import { Router } from 'express'
import { readStored } from '../artifacts/stored-file.ts'
import { inVersion } from '../findings/finding-api.ts'
import { baseOf } from '../gate/compare-releases.ts'
import { requireRelease } from '../gate/gate-routes.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { ArtifactStore } from '../ports.ts'
import type { Database } from '../stores.ts'
import { differenceQuery } from './difference-api.ts'
import { differenceOfSboms } from './sbom-difference.ts'

export interface DifferenceRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
}

export function differenceRoutes({ database, artifacts }: DifferenceRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/releases/:version/difference', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { version } = parseRequest(inVersion, { ...request.params, product })
    const asked = parseRequest(differenceQuery, request.query)
    const { release } = await requireRelease(database, product, version)
    const base =
      asked.base === undefined
        ? await baseOf(database, product, release)
        : { ...(await requireRelease(database, product, asked.base)), version: asked.base }
    const none = { added: [], removed: [], changed: [] }
    if (base === undefined) {
      response.json({ state: 'first', ...none })
      return
    }
    const named = { base: base.version }
    const digests = [base.release?.sbom.sha256, release.sbom.sha256]
    const read = async () => {
      const [before, next] = await Promise.all(
        digests.map((sha256) => (sha256 === undefined ? undefined : readStored(artifacts, sha256))),
      )
      return before && next && { base: before, next }
    }
    const answer = await differenceOfSboms(read, actor.id)
    if (answer === undefined) response.json({ state: 'missing', ...named, ...none })
    else if ('trouble' in answer) response.json({ state: 'unreadable', ...named, ...none })
    else {
      const { isLast: _, ...difference } = answer
      response.json({ state: 'compared', ...named, ...difference })
    }
  })

  return routes
}
