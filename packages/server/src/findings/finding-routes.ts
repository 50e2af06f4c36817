import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import type { Database } from '../stores.ts'
import { type Answer, answersOf, suppliersOn } from './answers.ts'
import { decideFinding, decisionsOn } from './decide-finding.ts'
import { type Finding, RATINGS, type RatingOrUnknown } from './finding.ts'
import { decisionSchema, findingQuery, inFinding, inVersion } from './finding-api.ts'

export interface FindingRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function findingRoutes({ database, clock }: FindingRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  const find = async (request: Request): Promise<Finding> => {
    const { product } = permitOf(request)
    const { finding: id } = parseRequest(inFinding, { ...request.params, product })
    const finding = await database.findings.find(product, id)
    if (finding !== undefined) return finding
    throw new HttpError(404, 'NO_SUCH_FINDING', 'The product has no such finding')
  }
  const sendInFull = async (response: Response, finding: Finding) => {
    const releases = await database.findings.releases(finding.id)
    const all = await database.statements.about(finding.product, finding.names)
    const answers = answersOf(finding, releases, all, now())
    const suggestions = new Set([
      ...answers.flatMap(({ decision }) => decision.suggestions),
      ...suppliersOn(finding, releases, await database.feeds.statementsOn(finding.names), now()),
    ])
    const statements = all.filter(({ by }) => by.kind === 'person')
    const view = { ...viewOf(finding, answers), releases, statements }
    const revision = decisionsOn(finding, all)
    sendRevised(response, { revision }, { ...view, suggestions: [...suggestions] })
  }

  routes.get('/findings', async (request, response) => {
    const query = parseRequest(findingQuery, request.query)
    const { after, limit, severity, exploited, release, vulnerability, ended } = query
    const items = await database.findings.list({
      ...{ product: permitOf(request).product, release, vulnerability, after, limit: limit + 1 },
      ratings: severity === undefined ? undefined : atLeast(severity),
      isExploited: exploited === undefined ? undefined : exploited === 'true',
      withEnded: ended === 'true',
    })
    const releases = await database.findings.releasesOf(items.map(({ id }) => id))
    const names = [...new Set(items.flatMap((one) => one.names))]
    const said = await database.statements.about(permitOf(request).product, names)
    sendPage(request, response, {
      ...{ items, limit, keyOf: ({ id }: Finding) => id },
      viewOf: (one: Finding) =>
        viewOf(one, answersOf(one, releases.get(one.id) ?? [], said, now())),
    })
  })

  routes.get('/findings/:finding', async (request, response) => {
    await sendInFull(response, await find(request))
  })

  routes.post('/findings/:finding/decide', async (request, response) => {
    const { note, releases, ...verdict } = parseRequest(decisionSchema, request.body)
    const finding = await find(request)
    await database.transaction(async (stores) => {
      const said = await stores.statements.about(finding.product, finding.names)
      const revision = decisionsOn(finding, said)
      requireRevision(request, { revision })
      const by = { actor: permitOf(request).actor, at: now(), requestId: requestIdOf(request) }
      await decideFinding(stores, finding, { verdict, note, releases }, { ...by, revision })
    })
    await sendInFull(response, finding)
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

function viewOf({ name, product: _, ...finding }: Finding, answers: readonly Answer[]) {
  return {
    ...{ ...finding, vulnerability: name },
    answers: answers.map(({ version, decision }) => ({
      ...{ version, status: decision.counts?.verdict.status },
    })),
  }
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
  const state = matched ? 'matched' : withdrawnAt === undefined ? 'waiting' : 'withdrawn'
  const { trouble: _, indexedAt, about, ...sbom } = indexed ?? {}
  return {
    ...{ version, state, matchedAt: matched?.at },
    isCurrent: matched !== undefined && matched.generation === (await feeds.revision()),
    ...(indexedAt === undefined ? {} : { sbom }),
    coverage: matched?.coverage,
  }
}
