import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import type { Database } from '../stores.ts'
import { type Finding, RATINGS, type RatingOrUnknown } from './finding.ts'
import { findingQuery, inFinding, inVersion } from './finding-api.ts'

export function findingRoutes({ database }: { readonly database: Database }): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/findings', async (request, response) => {
    const query = parseRequest(findingQuery, request.query)
    const { after, limit, severity, exploited, release, vulnerability, ended } = query
    const items = await database.findings.list({
      ...{ product: permitOf(request).product, release, vulnerability, after, limit: limit + 1 },
      ratings: severity === undefined ? undefined : atLeast(severity),
      isExploited: exploited === undefined ? undefined : exploited === 'true',
      withEnded: ended === 'true',
    })
    sendPage(request, response, { items, limit, keyOf: ({ id }) => id, viewOf })
  })

  routes.get('/findings/:finding', async (request, response) => {
    const { product } = permitOf(request)
    const { finding: id } = parseRequest(inFinding, { ...request.params, product })
    const finding = await database.findings.find(product, id)
    if (finding === undefined) {
      throw new HttpError(404, 'NO_SUCH_FINDING', 'The product has no such finding')
    }
    response.json({ ...viewOf(finding), releases: await database.findings.releases(id) })
  })

  routes.get('/releases/:version/coverage', async (request, response) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inVersion, { ...request.params, product })
    const published = await database.releases.find(product, version)
    if (published === undefined) {
      throw new HttpError(404, 'NO_SUCH_RELEASE', 'No such release is published')
    }
    response.json(await coverageView(database, product, published))
  })

  return routes
}

function atLeast(severity: RatingOrUnknown): readonly RatingOrUnknown[] {
  return [...RATINGS.slice(0, RATINGS.indexOf(severity) + 1), 'unknown']
}

function viewOf({ name, product: _, ...finding }: Finding) {
  return { ...finding, vulnerability: name }
}

async function coverageView(
  { sboms, findings, feeds }: Database,
  product: string,
  { release, withdrawnAt }: PublishedRelease,
) {
  const { version, sbom: file } = release
  const indexed = await sboms.find(file.sha256)
  const matched = await findings.matched(product, version)
  if (indexed?.trouble !== undefined) {
    return { version, state: 'unreadable', why: indexed.trouble, isCurrent: false }
  }
  const state = withdrawnAt !== undefined ? 'withdrawn' : matched ? 'matched' : 'waiting'
  const { trouble: _, indexedAt, about, ...sbom } = indexed ?? {}
  return {
    ...{ version, state, matchedAt: matched?.at },
    isCurrent: matched !== undefined && matched.generation === (await feeds.newest()),
    ...(indexedAt === undefined ? {} : { sbom }),
    coverage: matched?.coverage,
  }
}
