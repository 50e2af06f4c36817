import { Router } from 'express'
import type { Logger } from 'pino'
import { permitOf } from '../http/door/permit.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { lookAround } from './look-around.ts'
import { RememberedCounts } from './remembered-counts.ts'
import { SOURCES } from './sources/list.ts'

export interface AttentionRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** By which names this server goes. */
  readonly hosts: readonly string[]
}

/** Below /api/1. */
export function attentionRoutes(needs: AttentionRoutesNeeds): Router {
  const { database, clock, log, hosts } = needs
  const routes = Router()
  const counts = new RememberedCounts()

  routes.get('/attention', async (request, response) => {
    const { actor, mayIn, productsWith } = permitOf(request)
    const caller = { actor, mayIn, productsWith }
    const now = secondsOf(clock)
    const counted = (name: string, count: () => Promise<number>) => counts.read(name, now, count)
    const asked = { stores: database, now, caller, hosts, counted }
    response.json(await lookAround(SOURCES, asked, log))
  })

  return routes
}
