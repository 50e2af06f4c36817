import type { Release } from '@fleetward/shared'
import { type Request, Router } from 'express'
import { inVersion } from '../findings/finding-api.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { ArtifactStore, Clock } from '../ports.ts'
import { stagedReleases } from '../releases/staged-releases.ts'
import type { Database, Stores } from '../stores.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { differenceOf } from './compare-releases.ts'
import { gateOf } from './gate.ts'
import { gateCheckSchema } from './gate-api.ts'
import { factsOf } from './gate-facts.ts'
import type { KeptGateResult } from './gate-store.ts'
import { askGate } from './keep-result.ts'
import { prepared } from './prepare.ts'

const RESULTS_MAX_COUNT = 100

export interface GateRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

export function gateRoutes(needs: GateRoutesNeeds): Router {
  const { database, clock } = needs
  const routes = Router({ mergeParams: true })
  /** Whoever may read findings may ask, and each question may match and compare SBOMs. */
  const queue = new WorkQueue()

  const find = async (request: Request) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inVersion, { ...request.params, product })
    return { product, ...(await requireRelease(database, product, version)) }
  }

  routes.get('/releases/:version/gate', async (request, response) => {
    const { product, release } = await find(request)
    const results = await database.gate.results(product, release.version, RESULTS_MAX_COUNT)
    response.json(results.map(viewOf))
  })

  routes.post('/releases/:version/gate', async (request, response) => {
    const { threshold } = parseRequest(gateCheckSchema, request.body)
    const { product, release, isStaged } = await find(request)
    // Published ones are matched by the leader's looks, and say so when they were not yet.
    const difference = await queue.holding(
      ({ take }) =>
        take(async () =>
          isStaged
            ? (await prepared(needs, product, release, true)).difference
            : differenceOf(needs, product, release),
        ),
      permitOf(request).actor.id,
    )
    const now = clock.now()
    const result = await database.transaction(async (stores) => {
      const policy = await stores.gate.policy(product)
      // What was asked for instead of the policy is an answer to who asked, and none of the release's.
      if (threshold !== undefined) {
        const facts = { now, policy: { ...policy, threshold }, difference }
        return gateOf(await factsOf(stores, product, release, facts))
      }
      const { actor } = permitOf(request)
      const requestId = requestIdOf(request)
      return askGate(stores, product, release, { policy, difference, now, actor, requestId })
    })
    response.json(viewOf({ at: Math.floor(now.getTime() / 1000), result }))
  })

  return routes
}

/** Published, or waiting to be. */
export async function requireRelease(
  stores: Stores,
  product: string,
  version: string,
): Promise<{ readonly release: Release; readonly isStaged: boolean }> {
  const published = await stores.releases.find(product, version)
  if (published !== undefined) return { release: published.release, isStaged: false }
  const staged = (await stagedReleases(stores, product)).find((one) => one.version === version)
  if (staged !== undefined) return { release: staged, isStaged: true }
  throw new HttpError(404, 'NO_SUCH_RELEASE', 'No such release is published')
}

const viewOf = ({ at, result }: KeptGateResult) => ({ at, ...result })
