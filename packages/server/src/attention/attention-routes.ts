import { Router } from 'express'
import type { Logger } from 'pino'
import { permitOf } from '../http/door/permit.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { lookAround } from './look-around.ts'
import { SOURCES } from './sources/list.ts'

export interface AttentionRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}

/** Below /api/1. */
export function attentionRoutes({ database, clock, log }: AttentionRoutesNeeds): Router {
  const routes = Router()

  routes.get('/attention', async (request, response) => {
    const { actor, mayIn, productsWith } = permitOf(request)
    const caller = { actor, mayIn, productsWith }
    const asked = { stores: database, now: secondsOf(clock), caller }
    response.json(await lookAround(SOURCES, asked, log))
  })

  return routes
}
