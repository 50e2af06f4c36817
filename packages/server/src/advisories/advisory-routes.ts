import { flawsOfAdvisory, namesInAdvisory, worstOfAdvisory } from '@fleetward/vulnerability'
import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Advisory } from './advisory.ts'
import {
  advisoriesPage,
  advisoryChangeSchema,
  holdSchema,
  newAdvisorySchema,
  publishSchema,
  vexPublicationSchema,
  withdrawSchema,
} from './advisory-api.ts'
import { AdvisoryChanges, refused } from './advisory-changes.ts'
import { draftText } from './document-routes.ts'
import { completed, type PublishNeeds, publishAdvisory } from './publish-advisory.ts'
import { publishVex } from './publish-vex.ts'
import { findSite, pageUrl, siteOf } from './publisher.ts'
import { seenAdvisory, unembargoed } from './seen-advisory.ts'
import { documentUrl } from './tree-paths.ts'
import { requireValid } from './validate-csaf.ts'

export type AdvisoryRoutesNeeds = PublishNeeds & { readonly clock: Clock }

/** Below /products/:product. */
export function advisoryRoutes(needs: AdvisoryRoutesNeeds): Router {
  const { database, publicBase, clock } = needs
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)
  const changes = new AdvisoryChanges({ database, publicBase, now })

  const find = (request: Request) => seenAdvisory(database, request)
  const by = (request: Request) => ({
    ...{ actor: permitOf(request).actor, requestId: requestIdOf(request), at: now() },
  })
  const send = async (request: Request, response: Response, advisory: Advisory) => {
    const { finding, content } = advisory
    const { advisory: whole, unfixed } = await completed(database, advisory)
    const versions = await database.advisories.versions(advisory.id)
    const site = await findSite(database, publicBase)
    sendRevised(response, advisory, {
      ...{ ...summaryOf(advisory, now()), content, finding, unfixed },
      reports: await visibleReports(request, advisory),
      flaws: flawsOfAdvisory(whole.content),
      versions: versions.map(({ version, at, change }) => ({ version, at, change })),
      url: versions.length > 0 && site ? pageUrl(site.base, advisory.id) : undefined,
    })
  }
  /** Who may not see a report does not learn of it here. */
  const visibleReports = async (request: Request, { reports }: Advisory) => {
    if (permitOf(request).may('disclosure.manage')) return reports
    const found = await Promise.all(reports.map((id) => database.disclosure.find(id)))
    const isOpen = permitOf(request).may('disclosure.read')
    return found.flatMap((one) => (isOpen && one !== undefined && !one.isEmbargoed ? one.id : []))
  }

  routes.get('/advisories', async (request, response) => {
    const { product, may } = permitOf(request)
    const { after: before, limit } = parseRequest(advisoriesPage, request.query)
    const withEmbargoed = may('disclosure.manage')
    const query = { product, withEmbargoed, before, limit: limit + 1 }
    const found = await database.advisories.list(query)
    const items = withEmbargoed
      ? found
      : await Promise.all(found.map(async (one) => (await unembargoed(database, one)) ?? one))
    const at = now()
    const viewOf = (advisory: Advisory) => summaryOf(advisory, at)
    sendPage(request, response, { items, limit, keyOf: ({ id }: Advisory) => id, viewOf })
  })

  routes.post('/advisories', async (request, response) => {
    const wanted = parseRequest(newAdvisorySchema, request.body)
    const drafted = await changes.draft(request, wanted)
    response.status(201)
    await send(request, response, drafted)
  })

  routes.get('/advisories/:advisory', async (request, response) => {
    await send(request, response, await find(request))
  })

  routes.patch('/advisories/:advisory', async (request, response) => {
    const change = parseRequest(advisoryChangeSchema, request.body)
    const found = await find(request)
    requireRevision(request, found)
    await send(request, response, await changes.edit(request, found, change))
  })

  routes.delete('/advisories/:advisory', async (request, response) => {
    const found = await find(request)
    requireRevision(request, found)
    await changes.remove(request, found)
    response.status(204).end()
  })

  routes.post('/advisories/:advisory/hold', async (request, response) => {
    const hold = parseRequest(holdSchema, request.body)
    await send(request, response, await changes.hold(request, await find(request), hold))
  })

  routes.post('/advisories/:advisory/publish', async (request, response) => {
    const wanted = parseRequest(publishSchema, request.body ?? {})
    const { when, change, withoutFixBecause } = wanted
    const found = await find(request)
    requireRevision(request, found)
    if (found.state === 'withdrawn') throw refused(found)
    const { advisory, unfixed } = await completed(database, found)
    if (when === 'fixed' && unfixed.length > 0) {
      // Nobody is there any more to mend it when its time comes.
      const flaws = flawsOfAdvisory(advisory.content)
      if (flaws.length > 0) throw incompleteFor(flaws)
      const { actor, at } = by(request)
      await requireValid(await draftText(database, publicBase, { found, at }), actor)
      return send(request, response, await changes.schedule(request, found))
    }
    if (found.version > 0 && change === undefined) throw changeMissing()
    const published = await publishAdvisory(needs, found, {
      ...{ ...by(request), change: change ?? 'First version.', withoutFixBecause },
    })
    await send(request, response, published)
  })

  routes.post('/advisories/:advisory/withdraw', async (request, response) => {
    const { reason } = parseRequest(withdrawSchema, request.body)
    const found = await find(request)
    requireRevision(request, found)
    if (found.state !== 'published') throw refused(found)
    const withdrawn = await publishAdvisory(needs, found, {
      ...{ ...by(request), change: 'Withdrawn.', withdrawnBecause: reason },
    })
    await send(request, response, withdrawn)
  })

  routes.post('/vex/publish', async (request, response) => {
    const { change } = parseRequest(vexPublicationSchema, request.body ?? {})
    const { product } = permitOf(request)
    const published = await publishVex(needs, product, { ...by(request), change })
    const { trackingId, version, file } = published
    const { base } = await siteOf(database, publicBase)
    response.json({ trackingId, version, url: documentUrl(base, file) })
  })

  return routes
}

function summaryOf(advisory: Advisory, now: number) {
  const { id, product, state, stateAt, content, version, publishedAt, hold, revision } = advisory
  return {
    ...{ id, product, state, stateAt, title: content.title, version, publishedAt, revision },
    rating: worstOfAdvisory(content)?.rating,
    names: namesInAdvisory(content),
    hold: hold && { reason: hold.reason, until: hold.until, isOver: hold.until <= now },
  }
}

function changeMissing(): HttpError {
  return new HttpError(400, 'REQUEST_INVALID', 'change: say what is new in this version')
}

function incompleteFor(flaws: readonly string[]): HttpError {
  const message = `It cannot be scheduled yet: ${flaws.join('; ')}`
  return new HttpError(422, 'ADVISORY_INCOMPLETE', message.slice(0, 2_000))
}
