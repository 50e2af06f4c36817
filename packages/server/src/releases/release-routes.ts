import { TARGETS_LENGTH_MAX_BYTES } from '@fleetward/shared'
import { Router } from 'express'
import { requireRelease } from '../gate/gate-routes.ts'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { readBytes } from '../http/request-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Database } from '../stores.ts'
import { installedOn } from './installed-on.ts'
import type { ReleaseIntake } from './intake.ts'
import { inFile, inRelease, inRole, releaseQuery } from './release-api.ts'
import { releaseInFull, releaseView } from './release-view.ts'
import { retainedUntil } from './retained-until.ts'
import { withdraw } from './withdraw-release.ts'

export interface ReleaseRoutesNeeds {
  readonly database: Database
  readonly intake: ReleaseIntake
  readonly manifests: Manifests
  readonly clock: Clock
}

export function releaseRoutes({ database, intake, manifests, clock }: ReleaseRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.put(
    '/metadata/:role',
    requireContentType('application/json'),
    async (request, response) => {
      const { product, actor } = permitOf(request)
      const { role } = parseRequest(inRole, request.params)
      // As they were signed: our own strict parser reads them, no other.
      const bytes = await readBytes(request, TARGETS_LENGTH_MAX_BYTES)
      const { isPublished, version, missing, signAnew } = await intake.uploadMetadata(
        product,
        role,
        bytes,
        actor,
      )
      if (isPublished) response.json({ role, version })
      else response.status(202).json({ role, version, missing, signAnew })
    },
  )

  routes.put(
    '/files/:sha256',
    requireContentType('application/octet-stream'),
    async (request, response) => {
      const { product, actor } = permitOf(request)
      const { sha256 } = parseRequest(inFile, request.params)
      // Not destroyed when the upload is refused half-way: node discards the rest, so that the answer
      // arrives instead of a reset connection. A body without end gets no such patience.
      const body = request.iterator({ destroyOnReturn: false })
      if (request.headers['content-length'] === undefined) response.set('Connection', 'close')
      response.json(await intake.uploadFile(product, sha256, body, actor))
    },
  )

  routes.get('/releases', async (request, response) => {
    const { product } = permitOf(request)
    const page = parseRequest(releaseQuery, request.query)
    const supportEnds = await supportEndsOf(product)
    sendPageOf(request, response, await database.releases.ofProduct(product), {
      ...{ ...page, viewOf: (release) => releaseView(release, supportEnds) },
      keyOf: ({ release }) => release.version,
    })
  })

  routes.get('/releases/:version', async (request, response) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inRelease, { ...request.params, product })
    const published = await database.releases.find(product, version)
    const { release } = published ?? (await requireRelease(database, product, version))
    const known = published ?? { release, listed: false, publishedAt: undefined }
    response.json(releaseInFull(known, await supportEndsOf(product)))
  })

  routes.post('/releases/:version/withdraw', async (request, response) => {
    const permit = permitOf(request)
    const { product, actor } = permit
    const { version } = parseRequest(inRelease, request.params)
    const now = secondsOf(clock)
    const doing = { by: actor, at: now, requestId: requestIdOf(request) }
    const { withdrawn, freed } = await database.transaction((stores) =>
      withdraw(stores, manifests, { product, version }, doing),
    )
    if (withdrawn === undefined) {
      throw new HttpError(404, 'NO_SUCH_RELEASE', 'No such release is published')
    }
    manifests.publishSoon()
    response.json({
      ...{ ...releaseView(withdrawn, await supportEndsOf(product)), freed },
      ...(permit.may('device.read')
        ? { installedOn: await installedOn(database, product, version, now) }
        : {}),
    })
  })

  routes.delete('/releases/:version', async (request) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inRelease, { product, version: request.params.version })
    const found = await database.releases.find(product, version)
    if (found === undefined) {
      throw new HttpError(404, 'NO_SUCH_RELEASE', 'No such release is published')
    }
    const until = retainedUntil(found.release.kind, found.publishedAt, await supportEndsOf(product))
    if (until !== undefined && secondsOf(clock) < until) {
      const date = new Date(until * 1000).toISOString().slice(0, 10)
      throw new HttpError(
        409,
        'RETAINED_UNTIL',
        `A security release stays until ${date}, whoever asks; withdraw it to stop offering it`,
        { facts: { until, date } },
      )
    }
    throw new HttpError(
      409,
      'RELEASE_KEPT',
      'A release that was published stays, so that its version never means other bytes; withdraw it',
    )
  })

  async function supportEndsOf(product: string): Promise<string | undefined> {
    return (await database.facts.latest(product))?.facts.supportPeriod?.ends
  }

  return routes
}
