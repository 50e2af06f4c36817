import { pipeline } from 'node:stream/promises'
import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { buildSchema, dossiersPage, inDossier } from './dossier-api.ts'
import type { KeptDossier } from './dossier-store.ts'
import { type DossierWorks, isBrokenOff } from './dossier-works.ts'
import { storedContent } from './stored-content.ts'

export interface DossierRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly dossierWorks: DossierWorks
  readonly clock: Clock
}

export function dossierRoutes(needs: DossierRoutesNeeds): Router {
  const { database, artifacts, dossierWorks, clock } = needs
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/dossiers', async (request, response) => {
    const { product } = permitOf(request)
    const { after: before, limit } = parseRequest(dossiersPage, request.query)
    const items = await database.dossiers.list(product, { before, limit: limit + 1 })
    const keyOf = ({ version }: KeptDossier) => String(version)
    sendPage(request, response, { items, limit, keyOf, viewOf: (one) => viewOf(one, now()) })
  })

  routes.post('/dossiers', async (request, response) => {
    parseRequest(buildSchema, request.body ?? {})
    if (dossierWorks.isFull) {
      throw new HttpError(
        503,
        'DOSSIERS_BUSY',
        'Too many dossiers wait to be built; ask again later',
      )
    }
    const begun = await begin(request)
    dossierWorks.build(permitOf(request).product, begun.version)
    response.status(202).json(viewOf(begun, now()))
  })

  routes.get('/dossiers/:version', async (request, response) => {
    response.json(viewOf(await find(request), now()))
  })

  routes.get('/dossiers/:version/archive', async (request, response) => {
    const { product } = permitOf(request)
    const { version, built } = await find(request)
    if (built === undefined) {
      throw new HttpError(409, 'DOSSIER_NOT_BUILT', 'This dossier is not built; look at its state')
    }
    const content = await storedContent(artifacts, built.sha256)
    if (content === undefined) {
      throw new HttpError(
        410,
        'DOSSIER_GONE',
        'Its archive is not in the store; bring back a backup',
      )
    }
    response.type('application/zip').set('Content-Length', String(built.length))
    response.set('Content-Disposition', `attachment; filename="${product}-dossier-${version}.zip"`)
    await pipeline(content(), response)
  })

  routes.delete('/dossiers/:version', async (request) => {
    const { built } = await find(request)
    const until = built?.retainedUntil
    if (until !== undefined && now() < until) {
      const date = new Date(until * 1000).toISOString().slice(0, 10)
      throw new HttpError(409, 'RETAINED_UNTIL', `A dossier stays until ${date}, whoever asks`, {
        facts: { until, date },
      })
    }
    throw new HttpError(
      409,
      'DOSSIER_KEPT',
      'Dossiers stay, so that their numbers never mean others',
    )
  })

  async function find(request: Request): Promise<KeptDossier> {
    const { product } = permitOf(request)
    const { version } = parseRequest(inDossier, { product, version: request.params.version })
    const found = await database.dossiers.find(product, version)
    if (found === undefined) {
      throw new HttpError(404, 'NO_SUCH_DOSSIER', 'There is no such dossier')
    }
    return found
  }

  async function begin(request: Request): Promise<KeptDossier> {
    const { product, actor } = permitOf(request)
    const at = now()
    return database.transaction(async ({ dossiers, audit }) => {
      const latest = await dossiers.latest(product)
      if (latest?.state === 'building') {
        if (!isBrokenOff(latest, at)) throw underWay(latest.version)
        await dossiers.fail(product, latest.version, at, 'The server ended while it was built')
      }
      const version = (latest?.version ?? 0) + 1
      if (!(await dossiers.begin(product, version, at, actor.id))) throw underWay(version)
      await audit.append({
        ...{ at, actor, action: 'dossier.ordered', product, subject: `dossier/${version}` },
        ...{ outcome: 'done', requestId: requestIdOf(request), after: { version } },
      })
      const begun = await dossiers.find(product, version)
      if (begun === undefined) throw underWay(version)
      return begun
    })
  }

  return routes
}

function underWay(version: number): HttpError {
  const facts = { version }
  return new HttpError(409, 'DOSSIER_UNDER_WAY', 'A dossier of it is being built', { facts })
}

function viewOf(kept: KeptDossier, now: number) {
  const { version, state, begunAt, by, filesDone, filesInAll, built, trouble } = kept
  const { files: _files, ...result } = built ?? { files: 0 }
  return {
    ...{ version, state: isBrokenOff(kept, now) ? 'broken-off' : state, begunAt, by },
    ...{ filesDone, filesInAll, ...(trouble === undefined ? {} : { trouble }), ...result },
  }
}
