import { Router } from 'express'
import { fleetReads } from '../../devices/fleet-reads.ts'
import { permitOf } from '../../http/door/permit.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { answerQueued } from '../../http/queued-answer.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { inRollout } from '../rollout-api.ts'
import { findRollout } from '../rollout-routes.ts'
import { curveOf } from './curve-of.ts'

export interface CurveRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function curveRoutes({ database, clock }: CurveRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/rollouts/:id/curve', async (request, response) => {
    const { product } = permitOf(request)
    const { id } = parseRequest(inRollout, request.params)
    const rollout = await findRollout(database, product, id)
    await answerQueued(fleetReads, { request, response }, () =>
      curveOf(database, rollout, secondsOf(clock)),
    )
  })

  return routes
}
